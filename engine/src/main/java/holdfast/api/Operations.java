package holdfast.api;

import holdfast.admission.ConcurrencyLimit;
import holdfast.admission.ConcurrencyLimit.Policy;
import holdfast.admission.RateLimits;
import holdfast.admission.TrustedProxies;
import holdfast.admission.WaitingRoom;
import holdfast.payment.Gateway;
import holdfast.trace.Traces;
import java.util.Collection;
import java.util.function.Supplier;

/// What those who run the shop want of its HTTP server.
///
/// @param figures where every request is counted
/// @param metrics makes the page of `/metrics`
/// @param readers who may read that page
/// @param rates how often somebody may do something who is no server of the merchant's
/// @param proxies whose word is believed about where a request comes from
/// @param room where those wait for whom a sale is
/// @param readiness whether requests should come here
/// @param gateways who is asked for money, and should answer
/// @param limits how many are let in where more is asked than the shop can do
/// @param traces where what is done for a request is recorded
public record Operations(
        HttpFigures figures,
        Supplier<byte[]> metrics,
        Readers readers,
        Limits limits,
        RateLimits rates,
        TrustedProxies proxies,
        WaitingRoom room,
        Readiness readiness,
        Collection<Gateway> gateways,
        Traces traces) {

    /// How many may be at it at once.
    ///
    /// @param beginning opening a cart or a checkout
    /// @param browsing looking at products and pages
    public record Limits(ConcurrencyLimit beginning, ConcurrencyLimit browsing) {

        public static Limits of(Policy policy) {
            return new Limits(new ConcurrencyLimit(policy), new ConcurrencyLimit(policy));
        }
    }

    /// Who may read `/metrics`.
    public enum Readers {
        /// Whoever asks from this machine or a private network, not through a proxy.
        PRIVATE,
        ALL,
        NONE
    }
}
