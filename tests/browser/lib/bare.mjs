// Tabs without anything of the test runner's in them: its scripts would be part of what is measured.

const SIZE = { width: 1440, height: 900 };

/** A profile of its own in a running browser, with an empty cache. */
export async function openBare(browser) {
  const root = await browser.newBrowserCDPSession();
  const { browserContextId } = await root.send('Target.createBrowserContext', { disposeOnDetach: true });
  return {
    async open() {
      const { targetId } = await root.send('Target.createTarget', { url: 'about:blank', browserContextId, newWindow: true, ...SIZE });
      return attach(root, targetId);
    },
    async close() {
      await root.send('Target.disposeBrowserContext', { browserContextId });
      await root.detach();
    },
  };
}

async function attach(root, targetId) {
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: false });
  const asked = new Map();
  root.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
    const { id, result, error } = JSON.parse(message);
    if (from !== sessionId || !asked.has(id)) return;
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  });
  let last = 0;
  const send = async (method, params = {}) => {
    last += 1;
    const id = last;
    const answer = new Promise((resolve, reject) => { asked.set(id, { resolve, reject }); });
    await root.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    return answer;
  };
  /** What a function gives in the page. */
  const ask = async (look) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression: `(${look})()`, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    send,
    ask,
    async until(look, limit = 60_000) {
      const end = Date.now() + limit;
      while (!(await ask(look))) {
        if (Date.now() > end) throw new Error(`not true after ${limit / 1000} s: ${look}`);
        await new Promise((resolve) => { setTimeout(resolve, 100); });
      }
    },
    close: () => root.send('Target.closeTarget', { targetId }),
  };
}
