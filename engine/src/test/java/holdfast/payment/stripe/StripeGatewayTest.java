package holdfast.payment.stripe;

import holdfast.kernel.Ids;
import holdfast.payment.Gateway;
import holdfast.payment.GatewayTest;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.net.URI;
import java.util.Set;

/// The adapter, Stripe's own library and all, against the sandbox that speaks Stripe's protocol.
final class StripeGatewayTest extends GatewayTest {

    @Override
    protected Provider open() {
        var provider = SandboxProvider.inMemory();
        var server = new SandboxServer(provider, "127.0.0.1", 0);
        var gateway = new StripeGateway(new StripeAccount(
                "sk_test_51Holdfast",
                server.address(),
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
                provider.passChallenge(reference(page));
            }

            @Override
            public void failChallenge(URI page) {
                provider.failChallenge(reference(page));
            }

            @Override
            public void returnRefunds() {
                provider.endRefunds();
            }

            @Override
            public void close() {
                gateway.close();
                server.close();
                provider.close();
            }
        };
    }

    private static String reference(URI page) {
        return page.getPath().substring("/challenge/".length());
    }
}
