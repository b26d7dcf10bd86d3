const WIDTH = 860;
const LABEL = 360;
const BAR = 13;
const TOP = 50;
const GAP = 17;
const KINDS = [
  { key: 'rate', name: 'requests/s (more is better)', color: '#2f6f4f' },
  { key: 'serverCpu', name: 'server CPU a request (less is better)', color: '#b4602a' },
  { key: 'databaseCpu', name: 'database CPU a request (less is better)', color: '#7c5aa6' },
];
const ALONE = '#4a6fa5';
/** Ratios from a thirty-second to thirty-two times. */
const OCTAVES = 5;
const MIDDLE = LABEL + (WIDTH - LABEL - 30) / 2;
const OCTAVE = (WIDTH - LABEL - 30) / 2 / OCTAVES;

/**
 * On logarithmic axes around 1: the ratios to the baseline with the most connections; below, figures of Madang alone as
 * a part of their goal.
 */
export function plot({ results, goals }) {
  const widest = Math.max(...results.map(({ width }) => width));
  const ratios = results
    .filter(({ width }) => width === widest)
    .map(({ name, ratios }) => ({
      label: name,
      bars: KINDS.map(({ key, color }) => ({ ratio: ratios[key], color })),
    }));
  const alone = goals
    .filter(({ name, limit }) => limit > 0 && !results.some((one) => one.name === name))
    .map(({ name, what, value, limit, is }) => ({
      label: `${name}: ${what}`,
      bars: [{ ratio: is === 'least' ? limit / value : value / limit, color: ALONE }],
    }));
  const upper = chart(ratios, TOP);
  const lower = chart(alone, upper.end + TOP);
  const key = KINDS.map(({ name, color }, i) => legend(10 + i * 285, 10, name, color));
  const parts = [...key, ...upper.parts, legend(10, upper.end + 10, 'part of the goal (1 or less holds it)', ALONE)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${lower.end}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${lower.end}" fill="#fff"/>
${[...parts, ...lower.parts].join('\n')}
</svg>
`;
}

function legend(x, y, name, color) {
  return `<rect x="${x}" y="${y}" width="12" height="12" fill="${color}"/><text x="${x + 18}" y="${y + 10}">${name}</text>`;
}

function chart(groups, top) {
  const heights = groups.map(({ bars }) => bars.length * BAR + (bars.length > 1 ? GAP : 5));
  const bottom = top + heights.reduce((sum, height) => sum + height, 0);
  let y = top;
  const parts = axis(top, bottom);
  for (const [row, { label, bars }] of groups.entries()) {
    const middle = y + (bars.length * BAR) / 2 + 3;
    parts.push(`<text x="${LABEL - 34}" y="${middle}" text-anchor="end" font-size="11">${label}</text>`);
    for (const [i, { ratio, color }] of bars.entries()) parts.push(...bar(ratio, color, y + i * BAR));
    y += heights[row];
  }
  return { parts, end: bottom + 30 };
}

function axis(top, bottom) {
  return Array.from({ length: 2 * OCTAVES + 1 }, (_, i) => {
    const power = i - OCTAVES;
    const x = MIDDLE + power * OCTAVE;
    const label = power < 0 ? `1/${2 ** -power}` : `${2 ** power}`;
    return (
      `<path d="M${x} ${top - 8}V${bottom + 5}" stroke="${power === 0 ? '#444' : '#ddd'}"/>` +
      `<text x="${x}" y="${bottom + 20}" text-anchor="middle" fill="#555">${label}</text>`
    );
  });
}

function bar(ratio, color, y) {
  const end = MIDDLE + OCTAVE * Math.max(-OCTAVES, Math.min(OCTAVES, Math.log2(ratio)));
  const [from, to] = [Math.min(MIDDLE, end), Math.max(MIDDLE, end)];
  const beside = end < MIDDLE ? { at: from - 4, anchor: 'end' } : { at: to + 4, anchor: 'start' };
  const text = `<text x="${beside.at}" y="${y + 9}" text-anchor="${beside.anchor}" font-size="10">${ratio.toFixed(2)}</text>`;
  return [`<rect x="${from}" y="${y}" width="${to - from}" height="${BAR - 2}" fill="${color}"/>`, text];
}
