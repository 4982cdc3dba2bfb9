package holdfast.access;

import java.util.Locale;

/// What a secret key is for.
public enum Scope {
    /// To sell: carts, checkouts and orders, of every shopper.
    STOREFRONT,
    /// To run the shop. Includes [#STOREFRONT].
    ADMIN;

    /// Its stable name: `admin`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Scope of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
