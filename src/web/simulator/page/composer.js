// The line one writes in, with pictures, files and voice notes. Sends nothing itself.

import { Refused } from './api.js';
import { largest, readFile, voiceNote } from './sent-in.js';

/**
 * @param {{ onSay: (text: string) => Promise<boolean>, onUpload: (upload: { media: string, name: string, says?: string, data?: string }) => Promise<boolean>, onTrouble: (error: Error) => void }} parts
 */
export function makeComposer({ onSay, onUpload, onTrouble }) {
  const form = document.getElementById('composer');
  const input = document.getElementById('text');
  const file = document.getElementById('file');
  const dialog = document.getElementById('voice-dialog');
  const words = document.getElementById('voice-text');

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return input.focus();
    input.value = '';
    // What could not be sent is given back, unless something else stands there by now.
    if (!(await onSay(text)) && !input.value) input.value = text;
  });
  // Enter that ends the choice of a Chinese word does not send.
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.isComposing) event.preventDefault();
  });

  document.getElementById('picture').addEventListener('click', () => file.click());
  file.addEventListener('change', async () => {
    const [picked] = file.files;
    file.value = '';
    if (!picked) return;
    if (picked.size > largest) return onTrouble(new Refused('文件太大，最多 20 MB。'));
    try {
      await onUpload(await readFile(picked));
    } catch {
      onTrouble(new Refused('这张图片打不开，请换一张。'));
    }
  });

  document.getElementById('voice').addEventListener('click', () => {
    words.value = '';
    dialog.returnValue = '';
    dialog.showModal();
    words.focus();
  });
  dialog.addEventListener('close', () => {
    const says = words.value.trim();
    if (dialog.returnValue === 'send' && says) void voiceNote(says).then(onUpload);
  });
}
