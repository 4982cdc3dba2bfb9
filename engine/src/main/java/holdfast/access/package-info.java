/// Who may do what: API keys for servers and browsers, the client secrets that open one cart, checkout or
/// order, and the staff with their roles and sessions. And who did what: the audit log.
///
/// Of a key, a secret or a session's token only its SHA-256 is kept. They are 256 random bits, so that a plain
/// hash is enough (OWASP ASVS 5.0, 6.5.2). Passwords are chosen by people, and stretched.
@NullMarked
package holdfast.access;

import org.jspecify.annotations.NullMarked;
