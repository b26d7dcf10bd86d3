/** The colours of a box; the contrast of text and fill is at least 4.5 : 1 (WCAG 2.2, 1.4.3). */
export interface Paint {
  fill: string;
  text: string;
}

export interface ThemeColor {
  light: Paint;
  dark: Paint;
}

export const THEME_NAMES = ['madang', 'pastel', 'vivid', 'forest', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

export const DEFAULT_THEME: ThemeName = 'madang';

/** The same for every theme, so that an entry keeps its colour's index when the theme changes. */
export const COLORS_PER_THEME = 12;

/** Fill and text in light mode, fill and text in dark mode. */
type Row = [string, string, string, string];

const TABLE: Record<ThemeName, Row[]> = {
  /** Clear tints of twelve hues; adjacent ones differ clearly. */
  madang: [
    ['#d5e4fe', '#23417b', '#2a3e63', '#dce9ff'],
    ['#fedbc6', '#6b3100', '#5b3318', '#fee1d1'],
    ['#b6eff3', '#014e52', '#00484c', '#c6f1f5'],
    ['#ffd6e6', '#6c2749', '#5a2e42', '#ffddeb'],
    ['#ceedca', '#1c5117', '#274824', '#d8f0d4'],
    ['#e3deff', '#463676', '#3f3760', '#e8e4fe'],
    ['#f7e0b8', '#583f01', '#513a08', '#f7e6c7'],
    ['#c3eaff', '#034a65', '#09445d', '#cfedfe'],
    ['#fed9d6', '#712729', '#5e2e2d', '#ffdfdd'],
    ['#bdf0de', '#04503f', '#024a3a', '#cbf2e4'],
    ['#f6d7fa', '#5d2d64', '#4f3154', '#f7dffa'],
    ['#e3e7bb', '#454800', '#3f420f', '#e8ebc9'],
  ],
  /** Paler still. */
  pastel: [
    ['#ffe6ea', '#7f4252', '#3d262b', '#fec6d2'],
    ['#d8f6e1', '#2a6643', '#1f3326', '#b6e5c5'],
    ['#f2e8ff', '#634b7e', '#32293c', '#e1cdfb'],
    ['#f5edce', '#675714', '#332e19', '#e5d8a7'],
    ['#deefff', '#2a5c84', '#1f303e', '#b5ddff'],
    ['#ffe7e0', '#804536', '#3d2722', '#fec9bc'],
    ['#cff7f0', '#00665e', '#173430', '#a7e6dd'],
    ['#ffe3f8', '#75456b', '#392735', '#f4c8e9'],
    ['#e6f2d4', '#4d6027', '#2a311d', '#cde0b1'],
    ['#e7ecff', '#4a5387', '#292c40', '#ccd5fe'],
    ['#fee9d4', '#784d1e', '#3a2a1b', '#f6cfab'],
    ['#cef5ff', '#016374', '#173239', '#a6e3f2'],
  ],
  /** Strong colours under white letters. */
  vivid: [
    ['#2770c5', '#ffffff', '#2160ab', '#ffffff'],
    ['#b44c0d', '#ffffff', '#9c410a', '#ffffff'],
    ['#058081', '#ffffff', '#036f6f', '#ffffff'],
    ['#aa4584', '#ffffff', '#933b72', '#ffffff'],
    ['#468214', '#ffffff', '#3b7010', '#ffffff'],
    ['#695fc3', '#ffffff', '#5b51a9', '#ffffff'],
    ['#966503', '#ffffff', '#825601', '#ffffff'],
    ['#067c9d', '#ffffff', '#076b87', '#ffffff'],
    ['#b64253', '#ffffff', '#9e3847', '#ffffff'],
    ['#03845f', '#ffffff', '#007252', '#ffffff'],
    ['#9050ab', '#ffffff', '#7d4494', '#ffffff'],
    ['#7a7305', '#ffffff', '#6a6303', '#ffffff'],
  ],
  /** Leaves, earth, water. */
  forest: [
    ['#beecc6', '#0b3a1b', '#1c3e24', '#d7f4dc'],
    ['#f7deac', '#523c01', '#413007', '#f9eaca'],
    ['#b5e6e5', '#003839', '#004141', '#c9f5f4'],
    ['#f4cbaf', '#4c2402', '#54331c', '#ffe6d6'],
    ['#b1d18a', '#253705', '#3f4e2a', '#e2f1d2'],
    ['#f7ccc4', '#501f18', '#552d27', '#fee5e0'],
    ['#90ceb2', '#003a28', '#2a5745', '#d0f5e4'],
    ['#e6e29c', '#353201', '#3a370d', '#efedcb'],
    ['#bbe2f0', '#023643', '#033f4d', '#cef2fe'],
    ['#e1b581', '#452900', '#624727', '#fee7cd'],
    ['#dcf3d7', '#294922', '#1b3315', '#dcf3d7'],
    ['#e8af96', '#4e220b', '#684231', '#fee5da'],
  ],
  /** Greys, for the printer. */
  mono: [
    ['#e6e8ea', '#24272a', '#35373a', '#edeef1'],
    ['#4c4d4f', '#ffffff', '#d3d5d8', '#141619'],
    ['#bcbec0', '#24272a', '#545659', '#edeef1'],
    ['#2d2e30', '#ffffff', '#bcbec1', '#141619'],
    ['#d6d7da', '#24272a', '#414345', '#edeef1'],
    ['#626365', '#ffffff', '#e3e5e8', '#141619'],
    ['#f3f5f8', '#24272a', '#2c2e30', '#edeef1'],
    ['#3c3d3f', '#ffffff', '#c7c9cc', '#141619'],
    ['#c9cacd', '#24272a', '#4b4c4f', '#edeef1'],
    ['#202224', '#ffffff', '#b2b4b7', '#141619'],
    ['#dcdee1', '#24272a', '#3c3e41', '#edeef1'],
    ['#57585a', '#ffffff', '#dbdde0', '#141619'],
  ],
};

/** The colours of each theme; an entry's `color` is an index into them. */
export const THEMES = Object.fromEntries(THEME_NAMES.map((name) => [name, TABLE[name].map(colorOf)])) as Record<
  ThemeName,
  ThemeColor[]
>;

function colorOf([lightFill, lightText, darkFill, darkText]: Row): ThemeColor {
  return { light: { fill: lightFill, text: lightText }, dark: { fill: darkFill, text: darkText } };
}

/**
 * The colours of an entry. Never fails: an unknown theme or index gets the nearest one.
 *
 * @param theme a name as it is stored
 * @param color any whole number from 0 on
 */
export function paintOf(theme: string, color: number, appearance: keyof ThemeColor): Paint {
  const colors = THEMES[isThemeName(theme) ? theme : DEFAULT_THEME];
  return colors[color % COLORS_PER_THEME][appearance];
}

function isThemeName(name: string): name is ThemeName {
  return (THEME_NAMES as readonly string[]).includes(name);
}
