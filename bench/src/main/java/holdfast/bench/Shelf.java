package holdfast.bench;

import holdfast.db.Database;

/// Stock to take holds of, plenty of it: `SKU-0`, `SKU-1`, …
final class Shelf {

    private Shelf() {}

    static void stock(Database database, int skus) {
        database.transact(tx -> {
            tx.update("insert into warehouse (code, title, country) values ('main', 'Main', 'DE')")
                    .execute();
            tx.update("""
                            insert into product (sku, title, price_minor, currency)
                            select 'SKU-' || n, 'Mug number ' || n, 1900, 'EUR' from generate_series(0, :last) n
                            """).bind("last", skus - 1).execute();
            tx.update("""
                            insert into stock (sku, warehouse, on_hand)
                            select 'SKU-' || n, 'main', 1000000000 from generate_series(0, :last) n
                            """).bind("last", skus - 1).execute();
        });
    }
}
