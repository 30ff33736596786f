// Makes what is picked ready to be sent: a large picture smaller, a voice note out of written words. Nothing leaves the page before it is sent.

/** Most bytes of a file, as the service takes it. */
export const largest = 20 * 1024 * 1024;
/** Larger pictures are made smaller, as chat programs do. */
const largePicture = 1024 * 1024;
const longestSide = 1600;

/** How the file is sent, its name, and its bytes in base64. Throws when a large picture cannot be read. */
export async function readFile(file) {
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) {
    const blob = file.size > largePicture ? await shrink(file) : file;
    return { media: 'image', name: file.name || '图片', data: await base64Of(blob) };
  }
  const media = file.type.startsWith('audio/') ? 'voice' : 'file';
  return { media, name: file.name || '文件', data: await base64Of(file) };
}

/** The page has no microphone: a second of silence stands for the sound, and the words for what is heard in it. */
export async function voiceNote(says) {
  return { media: 'voice', name: '语音.wav', says, data: await base64Of(new Blob([silence()])) };
}

/** A WAV file: 8,000 samples of one byte. */
function silence() {
  const samples = 8000;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const words = (at, text) => {
    for (const [index, letter] of [...text].entries()) view.setUint8(at + index, letter.charCodeAt(0));
  };
  words(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  words(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, samples, true);
  view.setUint32(28, samples, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  words(36, 'data');
  view.setUint32(40, samples, true);
  for (let at = 44; at < view.byteLength; at += 1) view.setUint8(at, 128);
  return view.buffer;
}

async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.85);
  });
}

function base64Of(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
