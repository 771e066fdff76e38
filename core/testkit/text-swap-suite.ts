/**
 * As `assertNotMalleable`, for credentials that are one text: every character changed, dropped, doubled or in the place of
 * its neighbour. Throws an Error that names the places of all that were let through, and resolves to how many were tried.
 */
export async function assertTextNotMalleable(
  credential: string,
  verify: (document: unknown) => Promise<{ readonly status: string }>,
): Promise<number> {
  const { status } = await verify(credential);
  if (status !== 'VERIFIED') throw new Error(`the credential itself is ${status}, so that its mutations prove nothing`);
  const letThrough: string[] = [];
  let tried = 0;
  for (const [name, text] of textMutations(credential)) {
    if (text === credential) continue;
    tried += 1;
    if ((await verify(text)).status === 'VERIFIED') letThrough.push(name);
  }
  if (letThrough.length > 0) throw new Error(`VERIFIED although altered (${letThrough.length} of ${tried}):\n${letThrough.join('\n')}`);
  return tried;
}

function* textMutations(text: string): Generator<readonly [name: string, text: string]> {
  for (let at = 0; at < text.length; at += 1) {
    const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
    yield [`${at}: another character`, before + (here === 'A' ? 'B' : 'A') + after];
    yield [`${at}: another case`, before + (here === here.toUpperCase() ? here.toLowerCase() : here.toUpperCase()) + after];
    yield [`${at}: dropped`, before + after];
    yield [`${at}: doubled`, before + here + here + after];
    yield [`${at}: changes places`, before + after.charAt(0) + here + after.slice(1)];
  }
  for (const end of [' ', '\n', '=', '\0']) yield [`with ${JSON.stringify(end)} at its end`, text + end];
}
