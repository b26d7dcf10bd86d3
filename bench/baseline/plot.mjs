const WIDTH = 860;
const LABEL = 270;
const BAR = 13;
const GROUP = 3 * BAR + 17;
const TOP = 50;
const KINDS = [
  { key: 'rate', name: 'requests/s (more is better)', color: '#2f6f4f' },
  { key: 'serverCpu', name: 'server CPU a request (less is better)', color: '#b4602a' },
  { key: 'databaseCpu', name: 'database CPU a request (less is better)', color: '#7c5aa6' },
];
/** Ratios from a thirty-second to thirty-two times. */
const OCTAVES = 5;

/** The ratios to the baseline with the most connections, on a logarithmic axis around 1. */
export function plot({ results }) {
  const widest = Math.max(...results.map(({ width }) => width));
  const shown = results.filter(({ width }) => width === widest);
  const height = TOP + shown.length * GROUP + 30;
  const middle = LABEL + (WIDTH - LABEL - 20) / 2;
  const octave = (WIDTH - LABEL - 20) / 2 / OCTAVES;
  const x = (ratio) => middle + octave * Math.max(-OCTAVES, Math.min(OCTAVES, Math.log2(ratio)));
  const parts = [];
  for (let power = -OCTAVES; power <= OCTAVES; power++) {
    const at = middle + power * octave;
    const label = power < 0 ? `1/${2 ** -power}` : `${2 ** power}`;
    parts.push(`<path d="M${at} ${TOP - 8}V${height - 25}" stroke="${power === 0 ? '#444' : '#ddd'}"/>`);
    parts.push(`<text x="${at}" y="${height - 8}" text-anchor="middle" fill="#555">${label}</text>`);
  }
  for (const [i, { name, color }] of KINDS.entries()) {
    parts.push(`<rect x="${10 + i * 285}" y="10" width="12" height="12" fill="${color}"/>`);
    parts.push(`<text x="${28 + i * 285}" y="20">${name}</text>`);
  }
  for (const [row, { name, ratios }] of shown.entries()) {
    const y = TOP + row * GROUP;
    parts.push(`<text x="${LABEL - 12}" y="${y + 1.5 * BAR + 4}" text-anchor="end">${name}</text>`);
    for (const [i, { key, color }] of KINDS.entries()) {
      const end = x(ratios[key]);
      const [from, to] = [Math.min(middle, end), Math.max(middle, end)];
      parts.push(`<rect x="${from}" y="${y + i * BAR}" width="${to - from}" height="${BAR - 2}" fill="${color}"/>`);
      const beside = end < middle ? { at: from - 4, anchor: 'end' } : { at: to + 4, anchor: 'start' };
      parts.push(
        `<text x="${beside.at}" y="${y + i * BAR + 9}" text-anchor="${beside.anchor}" font-size="10">${ratios[key].toFixed(2)}</text>`,
      );
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}
