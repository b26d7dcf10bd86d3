export default async function globalTeardown() {
  await globalThis.madangTestMysql?.stop();
}
