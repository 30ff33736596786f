import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const faultOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('taken');
};

test.each([
  ['PORT', 'eighty', '要是0到65535之间的整数'],
  ['PORT', '70000', '要是0到65535之间的整数'],
  ['PUBLIC_URL', 'zhibu.example.cn', '要写成完整的网址，如 https://zhibu.example.cn'],
  ['PUBLIC_URL', 'ftp://zhibu.example.cn', '要写成完整的网址，如 https://zhibu.example.cn'],
  ['LOG_LEVEL', 'loud', '只能是 trace、debug、info、warn、error、silent 中的一个'],
  ['SIMULATOR', 'yes', '只能是 on、off 中的一个'],
  ['WECOM_CORP_ID', ' ', '是空的，请填上或去掉这一行'],
  ['WECOM_AGENT_ID', 'ww123', '要是一个整数，就是应用页面上的 AgentId，如 1000002'],
  ['WECOM_AGENT_ID', '1.5', '要是一个整数，就是应用页面上的 AgentId，如 1000002'],
  ['WECOM_ENCODING_AES_KEY', 'a'.repeat(42), '要正好43个字母或数字，请到企业微信管理后台重新复制'],
  ['WECOM_BOT_AES_KEY', `${'a'.repeat(43)}=`, '要正好43个字母或数字，请到企业微信管理后台重新复制'],
  ['WECOM_API_BASE', 'qyapi.weixin.qq.com', '要写成完整的网址，如 https://qyapi.weixin.qq.com'],
  ['WECOM_BOT_WS', 'https://openws.work.weixin.qq.com', '要写成完整的网址，如 wss://openws.work.weixin.qq.com'],
  ['FIELD_KEY', 'geheim', '要是32字节的 base64，可以用 openssl rand -base64 32 生成'],
])('%s = %j is refused in Chinese, with what it must be', (name, value, say) => {
  expect(faultOf({ [name]: value })).toBe(`环境变量有误，请改好再启动：${name} ${say}`);
});

test('all wrong values are named at once, and none is repeated', () => {
  const said = faultOf({ PORT: 'geheim', WECOM_ENCODING_AES_KEY: 'geheim' });
  expect(said).toMatch(/PORT .+；WECOM_ENCODING_AES_KEY .+/);
  expect(said).not.toContain('geheim');
});

test('a space that came along with a pasted value does no harm', () => {
  const key = 'a'.repeat(43);
  const { environment } = readConfig({ WECOM_ENCODING_AES_KEY: ` ${key}\n`, WECOM_SECRET: ' s ' });
  expect(environment).toMatchObject({ WECOM_ENCODING_AES_KEY: key, WECOM_SECRET: 's' });
});
