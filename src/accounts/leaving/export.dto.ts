import { ApiProperty } from '@nestjs/swagger';
import { AccountView } from '../accounts.dto.js';
import { SessionView } from '../sessions/sessions.dto.js';

export class StoredAddressView {
  @ApiProperty({ enum: ['email', 'school', 'password'], description: 'The purpose of an open code' })
  purpose: string;
  @ApiProperty({ example: 'minsu@example.com' })
  address: string;
  @ApiProperty({ format: 'date-time' })
  expiresAt: string;
}

/** Everything stored about one account; besides, one key for each feature that keeps something. */
export class ExportView {
  @ApiProperty({ format: 'date-time' })
  exportedAt: string;
  @ApiProperty({ type: AccountView })
  account: AccountView;
  @ApiProperty({ type: [SessionView] })
  sessions: SessionView[];
  @ApiProperty({ type: [StoredAddressView], description: 'Addresses that are not confirmed yet' })
  pendingAddresses: StoredAddressView[];
  @ApiProperty({
    type: [String],
    format: 'date-time',
    description: 'When school addresses were confirmed; of the addresses only keyed hashes are stored',
  })
  schoolAddressesConfirmedAt: string[];
  [feature: string]: unknown;
}
