package holdfast.storefront;

import java.net.URI;
import java.util.List;

/// Who takes the money, as far as a page has to know.
///
/// @param name for people
/// @param site where its pages are, and `fields.js` with its card fields; the page may show frames and run
/// scripts     from there
/// @param hasFields whether there is such a script; else the page can only say who takes the money
/// @param wallets that can be paid with at once
public record Provider(String name, URI site, boolean hasFields, List<Wallet> wallets) {

    /// A wallet, and what stands for it at the provider.
    public record Wallet(String name, String token) {}

    String origin() {
        return site.getScheme() + "://" + site.getRawAuthority();
    }

    String script() {
        return origin() + "/fields.js";
    }
}
