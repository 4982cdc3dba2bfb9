package holdfast.api;

import holdfast.TestDatabase;
import holdfast.access.ApiKeys;
import holdfast.access.Scope;
import holdfast.cart.Carts;
import holdfast.catalog.Catalog;
import holdfast.catalog.CsvImport;
import holdfast.catalog.DiscountCodes;
import holdfast.catalog.ShippingRates;
import holdfast.catalog.TaxRates;
import holdfast.db.Database;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouses;
import java.util.Set;

/// A shop that listens on a port of its own, with a key of every kind.
final class TestShop implements AutoCloseable {

    private final TestDatabase testDatabase = TestDatabase.create();
    private final ApiKeys keys = new ApiKeys(database());
    private final HttpApi api;

    final String adminKey;
    final String storefrontKey;
    final String publishableKey;

    TestShop() {
        var answers = new Answers();
        var catalog = new Catalog();
        var stockRoom = new StockRoom();
        api = new HttpApi(new HttpApi.Modules(
                        database(),
                        keys,
                        new Idempotency(database(), answers::refused),
                        answers,
                        catalog,
                        new CsvImport(stockRoom),
                        new TaxRates(),
                        new ShippingRates(),
                        new DiscountCodes(),
                        new Carts(catalog),
                        new Warehouses(),
                        stockRoom))
                .start("127.0.0.1", 0);
        adminKey = database().inTransaction(tx -> keys.issueSecret(tx, "back office", Set.of(Scope.ADMIN)));
        storefrontKey = database().inTransaction(tx -> keys.issueSecret(tx, "storefront", Set.of(Scope.STOREFRONT)));
        publishableKey = database().inTransaction(tx -> keys.issuePublishable(tx, "browser"));
    }

    Database database() {
        return testDatabase.database();
    }

    TestDatabase testDatabase() {
        return testDatabase;
    }

    HttpApi api() {
        return api;
    }

    /// A client with the merchant's own key.
    TestClient admin() {
        return anyone().with("Authorization", "Bearer " + adminKey);
    }

    /// A client with the key of a browser.
    TestClient browser() {
        return anyone().with("Authorization", "Bearer " + publishableKey);
    }

    /// A client with nothing but the client secret of a shopper.
    TestClient guest(String clientSecret) {
        return anyone().with("Holdfast-Client-Secret", clientSecret);
    }

    TestClient anyone() {
        return new TestClient(api.port());
    }

    @Override
    public void close() {
        api.close();
        testDatabase.close();
    }
}
