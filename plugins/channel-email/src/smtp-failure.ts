/** Why a message was not accepted, and what that means for it. */
export interface SmtpFailure {
  readonly code: string;
  readonly retry: 'soon' | 'later' | 'never';
  /** It would be so with any message: our settings, the server or the way to it. A person should know. */
  readonly trouble: boolean;
  /** The message may have arrived all the same: the connection was lost before the server said how it went. */
  readonly unsure: boolean;
}

/** What nodemailer's errors carry. Their messages hold addresses, so that nothing of them goes on. */
interface SmtpError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly originalCode?: string;
  readonly timeoutType?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

const UNREACHABLE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];
const CERTIFICATE = /CERT|SSL|TLS|SIGNATURE|ISSUER|EPROTO/;

const message = (code: string, retry: SmtpFailure['retry']): SmtpFailure => ({ code, retry, trouble: false, unsure: false });
const ours = (code: string, retry: SmtpFailure['retry']): SmtpFailure => ({ code, retry, trouble: true, unsure: false });
const lost = (code: string): SmtpFailure => ({ code, retry: 'soon', trouble: true, unsure: true });

/** Sorts what nodemailer throws by RFC 5321 reply, enhanced status (RFC 3463) and phase. */
export function smtpFailure(error: unknown): SmtpFailure {
  const { name, code = '', originalCode = '', timeoutType = '', responseCode, message: text = '' } = error as SmtpError;
  if (code === 'EABORT' || name === 'AbortError') return lost('SMTP_LATE');
  if (['EAUTH', 'ENOAUTH', 'EOAUTH2'].includes(code)) return ours('SMTP_AUTH_FAILED', 'later');
  if (['ETLS', 'EREQUIRETLS'].includes(code) || CERTIFICATE.test(originalCode)) return ours('SMTP_TLS_FAILED', 'later');
  if (responseCode) return replied(error as SmtpError, responseCode);
  if (code === 'EDNS' || UNREACHABLE.includes(originalCode)) return ours('SMTP_UNREACHABLE', 'soon');
  if (code === 'ETIMEDOUT') return timeoutType === 'SOCKET_TIMEOUT' ? lost('SMTP_TIMEOUT') : ours('SMTP_UNREACHABLE', 'soon');
  // Closed before the greeting: nodemailer would have queued the message again, and says that it may not.
  if (code === 'ECONNECTION' && text.startsWith('Reached maximum number of retries')) return ours('SMTP_UNREACHABLE', 'soon');
  if (code === 'EMESSAGE') return message('SMTP_MESSAGE_TOO_LARGE', 'never');
  if (code === 'EENVELOPE') return message('EMAIL_ADDRESS_INVALID', 'never');
  return lost('SMTP_CONNECTION_LOST');
}

function replied({ command = '', response = '' }: SmtpError, reply: number): SmtpFailure {
  if (reply < 500) {
    const isAboutUs = reply === 421 || !['RCPT TO', 'DATA'].includes(command);
    return { ...message(`SMTP_${reply}`, reply === 421 ? 'soon' : 'later'), trouble: isAboutUs };
  }
  if (reply === 530) return ours('SMTP_AUTH_REQUIRED', 'later');
  const isPolicy = /^\d{3}[ -]5\.7\.\d/.test(response);
  if (command === 'RCPT TO') return isPolicy ? ours('SMTP_RELAY_REFUSED', 'later') : message('SMTP_MAILBOX_REFUSED', 'never');
  if (command === 'DATA') return message('SMTP_MESSAGE_REFUSED', 'never');
  if (command === 'MAIL FROM') return reply === 552 ? message('SMTP_MESSAGE_TOO_LARGE', 'never') : ours('SMTP_SENDER_REFUSED', 'later');
  return ours('SMTP_SERVER_REFUSED', 'later');
}
