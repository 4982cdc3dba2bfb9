package holdfast.storefront;

import holdfast.kernel.Money;
import holdfast.pages.Others;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/// Who takes the money, as far as a page has to know: how the fields for a card come into it, and what the
/// page has to let in for that.
public sealed interface Provider {

    /// Its name, for people.
    String name();

    /// The fields for a card, from the provider.
    sealed interface WithFields extends Provider {

        /// The provider's script.
        String script();

        /// What the page lets in for them.
        Others others();
    }

    /// A sandbox of ours, with its `fields.js` and its pages for challenges.
    ///
    /// @param site where it is
    /// @param wallets that can be paid with at once
    record Sandbox(URI site, List<Wallet> wallets) implements WithFields {

        @Override
        public String name() {
            return "the sandbox";
        }

        @Override
        public String script() {
            return origin() + "/fields.js";
        }

        @Override
        public Others others() {
            return new Others(List.of(), List.of(origin()), List.of()); // Its script comes by the page's nonce.
        }

        /// Its page for a challenge, which leads back to the page of the shop that knows it best.
        String challenge(String url, String back) {
            return url + "?return_url=" + back;
        }

        private String origin() {
            return site.getScheme() + "://" + site.getRawAuthority();
        }
    }

    /// A wallet, and what stands for it at the provider.
    record Wallet(String name, String token) {}

    /// Stripe, with its own fields and the wallets that it finds in a browser.
    ///
    /// @param publishableKey `pk_live_…` or `pk_test_…`
    /// @param methods the payment methods that are offered, as Stripe calls them
    /// @param minorUnits amounts as Stripe counts them; empty where it has no number for one
    record Stripe(String publishableKey, List<String> methods, Function<Money, OptionalLong> minorUnits)
            implements WithFields {

        /// Of the same release as the API that the gateway speaks. Stripe has it served from nowhere else, and
        /// changes it in place: so there is no hash of it to insist on.
        private static final String SCRIPT = "https://js.stripe.com/dahlia/stripe.js";

        /// What Stripe names for Stripe.js: <https://docs.stripe.com/security/guide#content-security-policy>.
        private static final Others OTHERS = new Others(
                List.of("https://js.stripe.com", "https://*.js.stripe.com"),
                List.of("https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"),
                List.of("https://api.stripe.com"));

        @Override
        public String name() {
            return "Stripe";
        }

        @Override
        public String script() {
            return SCRIPT;
        }

        @Override
        public Others others() {
            return OTHERS;
        }
    }

    /// Somebody whose fields are not set up: the page can only say who takes the money.
    record WithoutFields(String name) implements Provider {}
}
