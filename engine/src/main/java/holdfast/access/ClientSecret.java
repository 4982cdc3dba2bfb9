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
