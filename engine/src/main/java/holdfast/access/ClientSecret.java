package holdfast.access;

import java.util.Optional;

/// What a shopper holds instead of a key: it opens one cart, or one checkout and the order it becomes, and
/// nothing else. Told once, when the cart or checkout is opened; kept as SHA-256.
public final class ClientSecret {

    private static final String PREFIX = "hf_cs_";

    private final String text;

    private ClientSecret(String text) {
        this.text = text;
    }

    public static ClientSecret make() {
        return new ClientSecret(Token.make(PREFIX));
    }

    /// The secret for what one request opens, made of the credential that came with it and the request's own
    /// name: asked again, it is the same, so that it need not be kept for those who ask again.
    ///
    /// @param credential what only they can send: an API key or a client secret
    /// @param request its idempotency key, and what it is the key of
    public static ClientSecret of(String credential, String request) {
        return new ClientSecret(Token.derive(PREFIX, credential, request));
    }

    /// Reads what a client sent; empty if no secret of ours looks like that.
    public static Optional<ClientSecret> parse(String text) {
        return Token.isValid(PREFIX, text) ? Optional.of(new ClientSecret(text)) : Optional.empty();
    }

    public byte[] sha256() {
        return Token.sha256(text);
    }

    /// The secret itself, for the one answer that tells it.
    public String reveal() {
        return text;
    }

    /// Not the secret: this may end up in a log.
    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
