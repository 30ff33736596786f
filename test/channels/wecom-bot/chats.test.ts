import { memoryBotChats } from '../../../src/channels/wecom-bot/chats.ts';
import { defineBotChatsContract } from '../../contracts/bot-chats.ts';

defineBotChatsContract('memory', async () => {
  const chats = memoryBotChats();
  return { views: [chats, chats], close: async () => {} };
});
