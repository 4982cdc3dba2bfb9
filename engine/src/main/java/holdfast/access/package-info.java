/// Who may do what: API keys for servers and browsers, and the client secrets that open one cart, checkout or
/// order.
///
/// Of a key or a secret only its SHA-256 is kept. They are 256 random bits, so that a plain hash is enough
/// (OWASP ASVS 5.0, 6.5.2).
@NullMarked
package holdfast.access;

import org.jspecify.annotations.NullMarked;
