import { ApiProperty } from '@nestjs/swagger';
import { Choice } from '../../common/fields/choices.js';
import { pageViewOf } from '../../common/pages.js';
import { APPEARANCES, type Appearance } from './picture.js';
import { THEME_NAMES, type ThemeColor, type ThemeName } from './themes.js';

export class PictureQuery {
  @Choice({ of: APPEARANCES, optional: true, description: 'On a light or a dark ground; `light` by default' })
  appearance: Appearance = 'light';
}

class PaintView {
  @ApiProperty({ example: '#d5e4fe' })
  fill: string;
  @ApiProperty({ example: '#23417b', description: 'Stands out from `fill` by 4.5 : 1 at least' })
  text: string;
}

class ThemeColorView {
  @ApiProperty({ type: PaintView })
  light: PaintView;
  @ApiProperty({ type: PaintView })
  dark: PaintView;
}

export class ThemeView {
  @ApiProperty({ enum: [...THEME_NAMES] })
  name: ThemeName;
  @ApiProperty({ type: [ThemeColorView], description: "An entry's `color` is an index into them" })
  colors: ThemeColor[];
}

export class ThemePage extends pageViewOf(ThemeView) {}
