package holdfast.cart;

import holdfast.cart.Cart.Item;
import holdfast.catalog.Catalog;
import holdfast.catalog.Product;
import holdfast.catalog.Wanted;
import holdfast.db.Tx;
import holdfast.kernel.CartId;
import holdfast.kernel.Checks;
import holdfast.kernel.Money;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The carts.
public final class Carts {

    private static final String OPEN = """
            insert into cart (id, currency, secret_sha256)
            values (:cart, :currency, :secret)
            """;

    private static final String FIND = """
            select id, currency, created_at, updated_at
              from cart
             where id = :cart
            """;

    private static final String ITEMS = """
            select i.sku, i.quantity, p.title, p.price_minor, p.currency
              from cart_item i
              left join product p using (sku)
             where i.cart_id = :cart
             order by i.added
            """;

    private static final String SECRET = "select secret_sha256 from cart where id = :cart";

    // Everybody who writes to the cart takes this row first, so that they follow one another.
    private static final String TOUCH = """
            update cart
               set updated_at = shop_clock()
             where id = :cart
            returning currency
            """;

    private static final String ADD = """
            insert into cart_item (cart_id, sku, quantity)
            values (:cart, :sku, :quantity)
            on conflict (cart_id, sku) do update
               set quantity = cart_item.quantity + excluded.quantity
             where cart_item.quantity + excluded.quantity <= :most
            """;

    private static final String SET = """
            insert into cart_item (cart_id, sku, quantity)
            values (:cart, :sku, :quantity)
            on conflict (cart_id, sku) do update
               set quantity = excluded.quantity
            """;

    private static final String FILL = """
            insert into cart_item (cart_id, sku, quantity)
            select :cart, i.sku, i.quantity
              from unnest(:skus::text[], :quantities::int[]) with ordinality as i (sku, quantity, place)
             order by i.place
            """;

    private static final String REMOVE = """
            delete from cart_item
             where cart_id = :cart
               and sku = :sku
            """;

    private static final String TOO_MANY = "At most " + Cart.ITEMS_MAX + " items in a cart";

    private final Catalog catalog;

    public Carts(Catalog catalog) {
        this.catalog = catalog;
    }

    /// Opens a cart with these items in it, or none; lines of the same SKU add up.
    ///
    /// Refuses, every bad line at once: `items[i].sku`, `unknown` or `other_currency`; `items[i].quantity`,
    /// `out_of_range`, if the SKU comes to more than [Quantity#PIECES_MAX] pieces with it; `items`,
    /// `too_many`, or `out_of_range` if the cart comes to more than [Money#MINOR_MAX].
    ///
    /// @param secretSha256 of the client secret that gives access to it
    public Cart open(Tx tx, CartId id, Currency currency, byte[] secretSha256, List<Wanted> items) {
        Map<Sku, Integer> quantities = quantities(tx, currency, items);
        tx.update(OPEN)
                .bind("cart", id.value())
                .bind("currency", currency.getCurrencyCode())
                .bind("secret", secretSha256)
                .execute();
        if (!quantities.isEmpty()) {
            tx.update(FILL)
                    .bind("cart", id.value())
                    .bind("skus", tx.texts(quantities.keySet(), Sku::code))
                    .bind("quantities", tx.ints(quantities.values()))
                    .execute();
        }
        return withinPricing(existing(tx, id), "items");
    }

    public Optional<Cart> find(Tx tx, CartId id) {
        return tx.query(FIND)
                .bind("cart", id.value())
                .map((row, _) -> cart(row))
                .findOne()
                .map(cart -> withItems(tx, cart));
    }

    /// Whether this is the hash of the secret that the cart was opened with; false if there is no such cart.
    public boolean belongsTo(Tx tx, CartId id, byte[] secretSha256) {
        return tx.query(SECRET)
                .bind("cart", id.value())
                .mapTo(byte[].class)
                .findOne()
                .filter(secret -> MessageDigest.isEqual(secret, secretSha256))
                .isPresent();
    }

    /// Adds pieces of a product to those that are in the cart already.
    ///
    /// Refuses a cart that does not exist with [Problem#NOT_FOUND]; and by the field: `sku`, `unknown` or
    /// `other_currency`; `quantity`, `out_of_range`, if the item would have more than [Quantity#PIECES_MAX]
    /// pieces or the cart come to more than [Money#MINOR_MAX]; `sku`, `too_many`, if it would have more than
    /// [Cart#ITEMS_MAX] items.
    public Cart add(Tx tx, CartId id, Sku sku, Quantity quantity) {
        Currency currency = touch(tx, id);
        refuseUnlessSold(tx, sku, currency);
        int added = tx.update(ADD)
                .bind("cart", id.value())
                .bind("sku", sku.code())
                .bind("quantity", quantity.pieces())
                .bind("most", Quantity.PIECES_MAX)
                .execute();
        if (added == 0)
            throw outOfRange("quantity", "At most " + Quantity.PIECES_MAX + " pieces, with those in the cart");
        return withinLimits(existing(tx, id));
    }

    /// Makes it so many pieces, from 0, which removes the item, to [Quantity#PIECES_MAX]. Refuses as [#add]
    /// does.
    public Cart set(Tx tx, CartId id, Sku sku, int quantity) {
        if (quantity == 0) return remove(tx, id, sku);
        new Checks().between(0, Quantity.PIECES_MAX, "quantity", quantity).refuse();
        Currency currency = touch(tx, id);
        refuseUnlessSold(tx, sku, currency);
        tx.update(SET)
                .bind("cart", id.value())
                .bind("sku", sku.code())
                .bind("quantity", quantity)
                .execute();
        return withinLimits(existing(tx, id));
    }

    /// Removes the item, if it is there. Refuses a cart that does not exist with [Problem#NOT_FOUND].
    public Cart remove(Tx tx, CartId id, Sku sku) {
        touch(tx, id);
        tx.update(REMOVE).bind("cart", id.value()).bind("sku", sku.code()).execute();
        return existing(tx, id);
    }

    private Map<Sku, Integer> quantities(Tx tx, Currency currency, List<Wanted> items) {
        Map<Sku, Product> products = items.isEmpty()
                ? Map.of()
                : catalog.find(tx, items.stream().map(Wanted::sku).distinct().toList());
        var checks = new Checks();
        Map<Sku, Integer> quantities = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            Wanted item = items.get(i);
            checkSold(checks, "items[" + i + "].sku", products.get(item.sku()), currency);
            int sum = quantities.merge(item.sku(), item.quantity().pieces(), Carts::addedUp);
            checks.between(1, Quantity.PIECES_MAX, "items[" + i + "].quantity", sum);
        }
        checks.that(quantities.size() <= Cart.ITEMS_MAX, "items", "too_many", TOO_MANY);
        checks.refuse();
        return quantities;
    }

    /// One more than a line may have says as much as any larger sum.
    private static int addedUp(int one, int other) {
        return (int) Math.min((long) one + other, Quantity.PIECES_MAX + 1);
    }

    private static Currency touch(Tx tx, CartId id) {
        return tx.query(TOUCH)
                .bind("cart", id.value())
                .mapTo(String.class)
                .findOne()
                .map(Currency::getInstance)
                .orElseThrow(Carts::notFound);
    }

    private void refuseUnlessSold(Tx tx, Sku sku, Currency currency) {
        var checks = new Checks();
        checkSold(checks, "sku", catalog.find(tx, sku).orElse(null), currency);
        checks.refuse();
    }

    private static void checkSold(Checks checks, String field, @Nullable Product product, Currency currency) {
        checks.that(product != null, field, "unknown", "No such product");
        boolean otherCurrency = product != null && !product.price().currency().equals(currency);
        checks.that(!otherCurrency, field, "other_currency", "Not sold in " + currency);
    }

    private static Cart withinLimits(Cart cart) {
        if (cart.items().size() > Cart.ITEMS_MAX) throw Refusal.invalid("sku", "too_many", TOO_MANY);
        return withinPricing(cart, "quantity");
    }

    private static Cart withinPricing(Cart cart, String field) {
        if (cart.isBeyondPricing()) throw outOfRange(field, "The cart would come to more than " + Money.MINOR_MAX);
        return cart;
    }

    private Cart existing(Tx tx, CartId id) {
        return find(tx, id).orElseThrow(Carts::notFound);
    }

    private static Cart withItems(Tx tx, Cart cart) {
        List<Item> items = tx.query(ITEMS)
                .bind("cart", cart.id().value())
                .map((row, _) -> item(row, cart.currency()))
                .list();
        return new Cart(cart.id(), cart.currency(), items, cart.createdAt(), cart.updatedAt());
    }

    private static Refusal notFound() {
        return Problem.NOT_FOUND.refuse("There is no such cart");
    }

    private static Refusal outOfRange(String field, String message) {
        return Refusal.invalid(field, "out_of_range", message);
    }

    private static Cart cart(ResultSet row) throws SQLException {
        return new Cart(
                new CartId(row.getObject("id", UUID.class)),
                Currency.getInstance(row.getString("currency")),
                List.of(),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static Item item(ResultSet row, Currency currency) throws SQLException {
        Quantity quantity = Quantity.of(row.getInt("quantity"));
        Money unitPrice = currency.getCurrencyCode().equals(row.getString("currency"))
                ? Money.of(row.getLong("price_minor"), currency)
                : null;
        return new Item(
                Sku.of(row.getString("sku")), row.getString("title"), quantity, unitPrice, total(unitPrice, quantity));
    }

    private static @Nullable Money total(@Nullable Money unitPrice, Quantity quantity) {
        if (unitPrice == null || unitPrice.minor() > Money.MINOR_MAX / quantity.pieces()) return null;
        return unitPrice.times(quantity);
    }
}
