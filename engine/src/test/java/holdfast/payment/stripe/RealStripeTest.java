package holdfast.payment.stripe;

import static java.util.Objects.requireNonNull;

import holdfast.kernel.Ids;
import holdfast.payment.Gateway;
import holdfast.payment.GatewayTest;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The same stories with the real Stripe in its test mode, for who has a key: `STRIPE_TEST_KEY=sk_test_…`. A
/// challenge there wants a browser, so what comes after one is left out.
@EnabledIfEnvironmentVariable(named = "STRIPE_TEST_KEY", matches = "[sr]k_test_.+")
final class RealStripeTest extends GatewayTest {

    @Override
    protected Provider open() {
        var gateway = new StripeGateway(new StripeAccount(
                requireNonNull(System.getenv("STRIPE_TEST_KEY")),
                URI.create("https://api.stripe.com"),
                Set.of("card"),
                URI.create("https://shop.example"),
                Ids.next()));
        return new Provider() {
            @Override
            public Gateway gateway() {
                return gateway;
            }

            @Override
            public void passChallenge(URI page) {
                Assumptions.abort("A challenge of the real Stripe wants a browser");
            }

            @Override
            public void failChallenge(URI page) {
                Assumptions.abort("A challenge of the real Stripe wants a browser");
            }

            @Override
            public void returnRefunds() {
                Assumptions.abort("The real Stripe takes its time for that");
            }

            @Override
            public void close() {
                gateway.close();
            }
        };
    }
}
