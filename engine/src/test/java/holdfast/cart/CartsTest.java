package holdfast.cart;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.Refusals.refusalOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.TestDatabase;
import holdfast.catalog.Catalog;
import holdfast.catalog.NewProduct;
import holdfast.catalog.Wanted;
import holdfast.db.Database;
import holdfast.kernel.CartId;
import holdfast.kernel.Money;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The cart: what is in it, and what cannot be.
final class CartsTest {

    private static final TestDatabase TEST = TestDatabase.create(24);
    private static final Database DATABASE = TEST.database();
    private static final Catalog CATALOG = new Catalog();

    private static final Currency GBP = Currency.getInstance("GBP");
    private static final Currency JPY = Currency.getInstance("JPY");
    private static final Sku MUG = Sku.of("MUG");
    private static final Sku TEE = Sku.of("TEE");
    private static final Sku YEN = Sku.of("YEN");
    private static final Sku DEAR = Sku.of("DEAR");
    private static final byte[] SECRET = "hash of the secret".getBytes(UTF_8);

    private final Carts carts = new Carts(CATALOG);

    @BeforeAll
    static void stock_the_shop() {
        put(MUG, Money.of(1450, GBP));
        put(TEE, Money.of(2400, GBP));
        put(YEN, Money.of(1000, JPY));
        put(DEAR, Money.of(Money.MINOR_MAX, GBP));
    }

    @AfterAll
    static void close() {
        TEST.close();
    }

    @Test
    void a_new_cart_is_empty() {
        CartId id = CartId.next();
        Cart cart = DATABASE.inTransaction(tx -> carts.open(tx, id, GBP, SECRET, List.of()));

        assertThat(cart).isEqualTo(new Cart(id, GBP, List.of(), cart.createdAt(), cart.createdAt()));
        assertThat(cart.subtotal()).isEqualTo(Money.zero(GBP));
        assertThat(find(id)).contains(cart);
        assertThat(find(CartId.next())).isEmpty();
    }

    @Test
    void a_cart_may_be_opened_with_items_in_it() {
        Cart cart = open(wanted(TEE, 1), wanted(MUG, 2), wanted(TEE, 3));

        assertThat(told(cart)).containsExactly("4 TEE at 24.00 GBP: 96.00 GBP", "2 MUG at 14.50 GBP: 29.00 GBP");
        assertThat(find(cart.id())).contains(cart);
        assertThat(told(add(cart.id(), MUG, 1)))
                .containsExactly("4 TEE at 24.00 GBP: 96.00 GBP", "3 MUG at 14.50 GBP: 43.50 GBP");
    }

    @Test
    void a_cart_with_a_bad_item_is_not_opened_and_every_bad_line_is_named() {
        assertThat(badFieldsOf(() -> open(
                        wanted(MUG, Quantity.PIECES_MAX),
                        wanted(Sku.of("NOPE"), 1),
                        wanted(YEN, 1),
                        wanted(MUG, 1),
                        wanted(MUG, Quantity.PIECES_MAX))))
                .containsExactly(
                        "items[1].sku unknown",
                        "items[2].sku other_currency",
                        "items[3].quantity out_of_range",
                        "items[4].quantity out_of_range");
        assertThat(badFieldsOf(() -> open(wanted(DEAR, 2)))).containsExactly("items out_of_range");
    }

    @Test
    void a_cart_belongs_to_whoever_has_its_secret() {
        CartId id = open();

        assertThat(belongsTo(id, SECRET)).isTrue();
        assertThat(belongsTo(id, "another hash".getBytes(UTF_8))).isFalse();
        assertThat(belongsTo(id, new byte[0])).isFalse();
        assertThat(belongsTo(CartId.next(), SECRET)).isFalse();
    }

    @Test
    void items_add_up_and_stay_in_the_order_they_came() {
        CartId id = open();
        add(id, TEE, 1);
        add(id, MUG, 2);
        Cart cart = add(id, TEE, 3);

        assertThat(told(cart)).containsExactly("4 TEE at 24.00 GBP: 96.00 GBP", "2 MUG at 14.50 GBP: 29.00 GBP");
        assertThat(cart.subtotal()).isEqualTo(Money.of(12500, GBP));
        assertThat(find(id)).contains(cart);
    }

    @Test
    void an_item_is_set_or_removed() {
        CartId id = open();

        assertThat(told(set(id, MUG, 5))).containsExactly("5 MUG at 14.50 GBP: 72.50 GBP");
        assertThat(told(set(id, MUG, 1))).containsExactly("1 MUG at 14.50 GBP: 14.50 GBP");
        assertThat(told(set(id, MUG, 0))).isEmpty();
        assertThat(told(set(id, MUG, 0))).isEmpty();
        add(id, MUG, 1);
        assertThat(told(remove(id, MUG))).isEmpty();
        assertThat(told(remove(id, MUG))).isEmpty();
    }

    @Test
    void every_change_is_dated() {
        CartId id = open();
        Cart before = add(id, MUG, 1);
        TEST.shiftClock(Duration.ofMinutes(1));
        Cart after = remove(id, MUG);

        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
    }

    @Test
    void what_is_not_sold_in_the_currency_of_the_cart_cannot_be_added() {
        CartId id = open();

        assertThat(badFieldsOf(() -> add(id, Sku.of("NOPE"), 1))).containsExactly("sku unknown");
        assertThat(badFieldsOf(() -> set(id, Sku.of("NOPE"), 1))).containsExactly("sku unknown");
        assertThat(badFieldsOf(() -> add(id, YEN, 1))).containsExactly("sku other_currency");
        assertThat(badFieldsOf(() -> set(id, YEN, 1))).containsExactly("sku other_currency");
        assertThat(told(find(id).orElseThrow())).isEmpty();
    }

    @Test
    void an_item_has_at_most_a_million_pieces() {
        CartId id = open();
        add(id, MUG, Quantity.PIECES_MAX);

        assertThat(badFieldsOf(() -> add(id, MUG, 1))).containsExactly("quantity out_of_range");
        assertThat(badFieldsOf(() -> add(id, MUG, Quantity.PIECES_MAX))).containsExactly("quantity out_of_range");
        assertThat(badFieldsOf(() -> set(id, MUG, Quantity.PIECES_MAX + 1))).containsExactly("quantity out_of_range");
        assertThat(badFieldsOf(() -> set(id, MUG, -1))).containsExactly("quantity out_of_range");
        assertThat(find(id).orElseThrow().items())
                .extracting(Cart.Item::quantity)
                .containsExactly(Quantity.of(Quantity.PIECES_MAX));
    }

    @Test
    void a_cart_has_at_most_a_thousand_items() {
        CartId id = open();
        put(Sku.of("ITEM-1"), Money.of(1, GBP));
        DATABASE.transact(tx -> tx.update("""
                        insert into cart_item (cart_id, sku, quantity)
                        select :cart, 'ITEM-' || n, 1
                          from generate_series(1, :items) n
                        """)
                .bind("cart", id.value())
                .bind("items", Cart.ITEMS_MAX)
                .execute());

        assertThat(badFieldsOf(() -> add(id, MUG, 1))).containsExactly("sku too_many");
        assertThat(add(id, Sku.of("ITEM-1"), 1).items()).hasSize(Cart.ITEMS_MAX);
    }

    @Test
    void a_cart_comes_to_no_more_than_anything_may_cost() {
        CartId id = open();
        add(id, DEAR, 1);

        assertThat(badFieldsOf(() -> add(id, DEAR, 1))).containsExactly("quantity out_of_range");
        assertThat(badFieldsOf(() -> set(id, DEAR, Quantity.PIECES_MAX))).containsExactly("quantity out_of_range");
        assertThat(badFieldsOf(() -> add(id, MUG, 1))).containsExactly("quantity out_of_range");
        assertThat(find(id).orElseThrow().subtotal()).isEqualTo(Money.of(Money.MINOR_MAX, GBP));
    }

    @Test
    void prices_are_those_of_today() {
        Sku sku = Sku.of("MOVING");
        put(sku, Money.of(100, GBP));
        CartId id = open();
        add(id, sku, 2);

        put(sku, Money.of(150, GBP));
        assertThat(told(find(id).orElseThrow())).containsExactly("2 MOVING at 1.50 GBP: 3.00 GBP");
        put(sku, Money.of(Money.MINOR_MAX, GBP));
        assertThat(told(find(id).orElseThrow())).containsExactly("2 MOVING at 10000000000000.00 GBP: -");
        put(sku, Money.of(150, JPY));
        assertThat(told(find(id).orElseThrow())).containsExactly("2 MOVING at -: -");
        DATABASE.transact(tx -> tx.execute("delete from product where sku = 'MOVING'"));
        assertThat(find(id).orElseThrow().items())
                .containsExactly(new Cart.Item(sku, null, Quantity.of(2), null, null));
        assertThat(find(id).orElseThrow().subtotal()).isEqualTo(Money.zero(GBP));
    }

    @Test
    void a_cart_that_does_not_exist_is_not_found() {
        assertThat(List.of(
                        refusalOf(() -> add(CartId.next(), MUG, 1)),
                        refusalOf(() -> set(CartId.next(), MUG, 1)),
                        refusalOf(() -> set(CartId.next(), MUG, 0)),
                        refusalOf(() -> remove(CartId.next(), MUG))))
                .extracting(refusal -> refusal.problem())
                .containsOnly(Problem.NOT_FOUND);
    }

    @Test
    void what_many_add_at_once_all_arrives() throws Exception {
        CartId id = open();
        Parallel.all(IntStream.range(0, 256)
                .mapToObj(i -> (Callable<Cart>) () -> add(id, i % 2 == 0 ? MUG : TEE, 3))
                .toList());

        assertThat(told(find(id).orElseThrow()))
                .containsExactlyInAnyOrder("384 MUG at 14.50 GBP: 5568.00 GBP", "384 TEE at 24.00 GBP: 9216.00 GBP");
    }

    private static List<String> told(Cart cart) {
        return cart.items().stream()
                .map(item -> item.quantity().pieces() + " " + item.sku() + " at " + told(item.unitPrice()) + ": "
                        + told(item.total()))
                .toList();
    }

    private static String told(@Nullable Money amount) {
        return Optional.ofNullable(amount).map(Money::toString).orElse("-");
    }

    private CartId open() {
        return open(new Wanted[0]).id();
    }

    private Cart open(Wanted... items) {
        return DATABASE.inTransaction(tx -> carts.open(tx, CartId.next(), GBP, SECRET, List.of(items)));
    }

    private static Wanted wanted(Sku sku, int pieces) {
        return new Wanted(sku, Quantity.of(pieces));
    }

    private Optional<Cart> find(CartId id) {
        return DATABASE.inTransaction(tx -> carts.find(tx, id));
    }

    private boolean belongsTo(CartId id, byte[] secretSha256) {
        return DATABASE.inTransaction(tx -> carts.belongsTo(tx, id, secretSha256));
    }

    private Cart add(CartId id, Sku sku, int pieces) {
        return DATABASE.inTransaction(tx -> carts.add(tx, id, sku, Quantity.of(pieces)));
    }

    private Cart set(CartId id, Sku sku, int pieces) {
        return DATABASE.inTransaction(tx -> carts.set(tx, id, sku, pieces));
    }

    private Cart remove(CartId id, Sku sku) {
        return DATABASE.inTransaction(tx -> carts.remove(tx, id, sku));
    }

    private static void put(Sku sku, Money price) {
        DATABASE.transact(tx -> CATALOG.put(tx, product(sku, price)));
    }

    private static NewProduct product(Sku sku, Money price) {
        return new NewProduct(sku, "A " + sku, price, 0, NewProduct.TAX_CATEGORY_DEFAULT);
    }
}
