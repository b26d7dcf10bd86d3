import { ApiProperty } from '@nestjs/swagger';

export class FeedView {
  @ApiProperty({
    format: 'uri',
    example: 'https://madang.example/api/v1/calendars/Yk3gB0mQ1xXwq7c2yqv3Zw.ics',
    description: 'Anybody with this address can read the calendar. It is shown only once.',
  })
  url: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}
