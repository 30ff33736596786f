// Loads wechaty where it is wanted: it brings some 200 MB of packages and takes some 80 MB of memory, so nothing else may import it at run time.

/** The two packages of `npm run add-wechaty`. */
export interface WechatyModules {
  readonly wechaty: typeof import('wechaty');
  readonly fileBox: typeof import('file-box');
}

/** What to say where they are missing. */
export const wechatyMissing = '没有装 wechaty，请运行 npm run add-wechaty';

/** Undefined where the packages are not installed. Its own log is off: it repeats what people wrote. */
export async function loadWechaty(): Promise<WechatyModules | undefined> {
  try {
    const [wechaty, fileBox] = await Promise.all([import('wechaty'), import('file-box')]);
    wechaty.log.level('silent');
    return { wechaty, fileBox };
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}
