package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/// What is told when the database is gone.
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
