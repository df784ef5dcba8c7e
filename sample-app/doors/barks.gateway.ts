import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';

/** The dogs at the door of WebSockets. */
@WebSocketGateway()
export class BarksGateway {
  @SubscribeMessage('bark')
  bark(@MessageBody() name: unknown): string {
    if (typeof name !== 'string' || name === '') {
      throw new WsException('Which dog?');
    }
    return `${name} barks back.`;
  }
}
