/** What is used of the library: its own types are not there where it could not be compiled, and the house builds without it. */
declare module 'pkcs11js' {
  export type Handle = Buffer;
  export interface Attribute {
    readonly type: number;
    readonly value?: number | boolean | string | Buffer;
  }
  export interface PKCS11 {
    load(module: string): void;
    C_Initialize(): void;
    C_Finalize(): void;
    C_GetSlotList(onlyWithToken: boolean): Handle[];
    C_GetTokenInfo(slot: Handle): { readonly label: string };
    C_OpenSession(slot: Handle, flags: number): Handle;
    C_CloseSession(session: Handle): void;
    C_Login(session: Handle, user: number, pin: string): void;
    C_SetPIN(session: Handle, from: string, to: string): void;
    C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
    C_FindObjects(session: Handle, most: number): Handle[];
    C_FindObjectsFinal(session: Handle): void;
    C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): Attribute[];
    C_CreateObject(session: Handle, template: readonly Attribute[]): Handle;
    C_GenerateKeyPair(
      session: Handle,
      mechanism: { readonly mechanism: number },
      publicTemplate: readonly Attribute[],
      privateTemplate: readonly Attribute[],
    ): { readonly publicKey: Handle; readonly privateKey: Handle };
    C_SignInit(session: Handle, mechanism: { readonly mechanism: number }, key: Handle): void;
    C_SignAsync(session: Handle, data: Buffer, signature: Buffer): Promise<Buffer>;
  }
  const library: { readonly PKCS11: new () => PKCS11 };
  export default library;
}
