package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.payment.Detour;
import holdfast.payment.Gateway;
import holdfast.payment.Outcome;
import holdfast.payment.RetryingGateway;
import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What is told when the database is gone, or who is asked for money.
class OutageTest {

    @Test
    void without_a_database_the_shop_is_unavailable_and_says_when_to_come_back() throws SQLException {
        try (var shop = new TestShop()) {
            var browser = shop.browser();
            assertThat(browser.post("/v1/carts", "{\"currency\": \"GBP\"}").status())
                    .isEqualTo(201);
            cutOff(shop.testDatabase().url());

            var refused = browser.post("/v1/carts", "{\"currency\": \"GBP\"}");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text("/code")).isEqualTo("unavailable");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(shop.anyone().get("/readyz").status()).isEqualTo(503);
            assertThat(shop.anyone().get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void a_provider_that_does_not_answer_is_told_and_the_shop_is_ready_all_the_same() {
        var outage = new Outage();
        var retrying = new AtomicReference<RetryingGateway>();
        try (var shop = new TestShop(gateway -> {
            retrying.set(new RetryingGateway(new Detour(gateway, outage), new SplittableRandom(1), () -> {}));
            return retrying.get();
        })) {
            assertThat(standing(shop)).isEqualTo("ok: sandbox answers");

            outage.isOn = true;
            for (int asked = 0; asked < 3; asked++) shop.gateway.cancel("nobody", "a key");
            assertThat(standing(shop)).isEqualTo("degraded: sandbox down");
            assertThat(shop.browser()
                            .post("/v1/carts", "{\"currency\": \"GBP\"}")
                            .status())
                    .isEqualTo(201);

            outage.isOn = false;
            retrying.get().probe();
            assertThat(standing(shop)).isEqualTo("ok: sandbox answers");
        }
    }

    @Test
    void a_provider_that_does_not_take_our_key_is_told_too() {
        try (var shop = new TestShop(OutageTest::refusing)) {
            assertThat(standing(shop)).isEqualTo("degraded: sandbox refuses_us");
        }
    }

    private static String standing(TestShop shop) {
        var ready = shop.anyone().get("/readyz");
        assertThat(ready.status()).isEqualTo(200);
        return ready.text("/status") + ": " + ready.text("/gateways/0/gateway") + " "
                + ready.text("/gateways/0/standing");
    }

    private static final class Outage implements Detour.Way {

        volatile boolean isOn;

        @Override
        public Outcome moved(String operation, Supplier<Outcome> request) {
            return isOn ? new Outcome.Unknown("an outage", Outcome.Doubt.ONLY_READABLE) : request.get();
        }
    }

    private static Gateway refusing(Gateway gateway) {
        return (Gateway) Proxy.newProxyInstance(
                Gateway.class.getClassLoader(),
                new Class<?>[] {Gateway.class},
                (_, method, arguments) -> method.getName().equals("standing")
                        ? Gateway.Standing.REFUSES_US
                        : method.invoke(gateway, arguments));
    }

    /// Ends every connection to a database, and lets no new one in.
    private static void cutOff(String url) throws SQLException {
        String name = url.replaceFirst(".*/(test_[0-9]+)[?].*", "$1");
        try (var admin = DriverManager.getConnection(url.replace("/" + name, "/postgres"));
                var statement = admin.createStatement()) {
            statement.execute("alter database " + name + " with allow_connections false");
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
        }
    }
}
