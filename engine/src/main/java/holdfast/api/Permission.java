package holdfast.api;

import holdfast.access.Principal;
import holdfast.access.Principal.Guest;
import holdfast.access.Principal.Nobody;
import holdfast.access.Principal.PublishableKey;
import holdfast.access.Principal.SecretKey;
import holdfast.access.Scope;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;

/// Who may call a route.
public enum Permission {
    /// Anyone; credentials are not looked at.
    ANYONE,
    /// A key, secret or publishable: whoever may open carts and checkouts.
    KEY,
    /// A key, or the client secret of a cart: whoever may open a checkout, of that cart at least.
    KEY_OR_CLIENT_SECRET,
    /// Whoever it belongs to: a secret key, or the client secret; with another's, there is no such thing.
    OWNER,
    /// A secret key with scope `admin`.
    ADMIN;

    static final String KEY_WANTED = "Send an API key as Authorization: Bearer …";

    /// @throws Refusal `unauthorized` if credentials are missing, `forbidden` if they are not enough
    void demand(Principal principal) {
        boolean allowed = switch (this) {
            case ANYONE -> true;
            case KEY ->
                switch (principal) {
                    case SecretKey key -> key.has(Scope.STOREFRONT);
                    case PublishableKey _ -> true;
                    case Guest _, Nobody _ -> throw unauthorized("Send an API key as Authorization: Bearer …");
                };
            case KEY_OR_CLIENT_SECRET, OWNER ->
                switch (principal) {
                    case SecretKey key -> key.has(Scope.STOREFRONT);
                    case PublishableKey _, Guest _ -> true;
                    case Nobody _ ->
                        throw unauthorized("Send an API key as Authorization: Bearer …, or a client secret as "
                                + "Holdfast-Client-Secret");
                };
            case ADMIN ->
                switch (principal) {
                    case SecretKey key -> key.has(Scope.ADMIN);
                    case PublishableKey _ -> false;
                    case Guest _, Nobody _ -> throw unauthorized("Send a secret key as Authorization: Bearer hf_sk_…");
                };
        };
        if (!allowed) throw Problem.FORBIDDEN.refuse("This takes a secret key with another scope");
    }

    static Refusal unauthorized(String detail) {
        return Problem.UNAUTHORIZED.refuse(detail);
    }
}
