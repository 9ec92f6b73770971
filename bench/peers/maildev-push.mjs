/** What MailDev pushes to its web page: 2 the whole mail, 3 a summary. */
import { io } from 'socket.io-client';

/**
 * @param {string} url
 * @param {(mail: any) => void} onMail
 * @returns {Promise<void>} when it pushes
 */
export async function maildevPush(url, onMail) {
  const socket = io(url, { transports: ['websocket'], reconnectionDelay: 50 });
  socket.on('newMail', onMail);
  await new Promise((done) => socket.once('connect', done));
}
