package holdfast.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.access.Role;
import holdfast.console.Browser.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A shop that has been open for years: a list is as long as a page, and says that there is more.
class ManyRowsTest {

    private static final int BYTES_MAX = 150 * 1024;

    private static final String LONG_EMAIL =
            "'maria-theresia.von.hohenlohe-waldenburg+' || n || '@a-very-long-name.example.com'";

    private static final String[] TEN_THOUSAND = {
        """
        insert into product (sku, title, price_minor, currency)
        select 'SKU-' || n, 'A thing with rather a long name, number ' || n, 123456789, 'GBP'
          from generate_series(1, 10000) n
        """,
        "insert into stock (sku, warehouse, on_hand) select 'SKU-' || n, 'LON', n from generate_series(1, 10000) n",
        """
        insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
        select 'MUG', 'LON', 'receive', 1, 'Delivery number ' || n, 'many:' || n from generate_series(1, 10000) n
        """,
        "insert into discount_code (code, ppm) select 'CODE-' || n, 100000 from generate_series(1, 10000) n",
        """
        insert into api_key (id, title, kind, scopes, key_sha256)
        select gen_random_uuid(), 'Kiosk number ' || n, 'publishable', '{}', sha256(n::text::bytea)
          from generate_series(1, 10000) n
        """,
        """
        insert into staff (id, name, email, role, password)
        select gen_random_uuid(), 'Somebody, number ' || n, %s, 'viewer', '-' from generate_series(1, 10000) n
        """.formatted(LONG_EMAIL),
        """
        insert into audit_log (actor_kind, deed, subject_id, before, after, request_id)
        select 'system', 'stock.adjusted', 'SKU-' || n, '{"on_hand": 1234567}', '{"on_hand": 7654321}',
               gen_random_uuid()
          from generate_series(1, 10000) n
        """,
        """
        with made as (
          insert into payment (id, checkout_id, gateway, amount, currency, token, state, asked)
          select gen_random_uuid(), gen_random_uuid(), 'sandbox', 123456789, 'GBP', '-', 'unknown', gen_random_uuid()
            from generate_series(1, 10000)
          returning id
        )
        insert into work_item (payment_id, reason, detail, since)
        select id, 'not_answered', 'The gateway has not answered for an hour and a half', shop_clock() from made
        """,
        """
        insert into webhook_inbox (gateway, event_id, type, created_at, state, detail)
        select 'sandbox', 'evt_' || n, 'payment_intent.succeeded', shop_clock(), 'dead', 'It is about none of ours'
          from generate_series(1, 10000) n
        """,
        """
        with made as (
          insert into checkout (id, currency, email, subtotal, discount, shipping, tax, total, catalog_revision,
                                secret_sha256)
          select gen_random_uuid(), 'GBP', %s, 0, 0, 0, 0, 0, 0, sha256(n::text::bytea)
            from generate_series(1, 10000) n
          returning id
        )
        insert into hold (checkout_id, state, created_at, expires_at, hard_deadline, sourcing, skus, warehouses,
                          quantities)
        select id, 'active', shop_clock(), shop_clock() + interval '1 day', shop_clock() + interval '1 day',
               'fewest', '{MUG}', '{LON}', '{1}'
          from made
        """.formatted(LONG_EMAIL),
        """
        with made as (
          insert into orders (id, number, checkout_id, status, payment_status, email, shipping_address,
                              shipping_option, shipping_title, currency, subtotal, discount, shipping, tax, total,
                              secret_sha256, placed_at, updated_at)
          select gen_random_uuid(), 1000000 + n, gen_random_uuid(), 'paid', 'captured', %s, o.shipping_address,
                 o.shipping_option, o.shipping_title, o.currency, o.subtotal, o.discount, o.shipping, o.tax, o.total,
                 o.secret_sha256, o.placed_at, o.updated_at
            from orders o cross join generate_series(1, 10000) n
          returning id
        )
        insert into order_line (order_id, line_no, sku, title, quantity, unit_price, total,
                                discount, tax)
        select made.id, l.line_no, l.sku, l.title, l.quantity, l.unit_price, l.total, l.discount, l.tax
          from made cross join order_line l
        """.formatted(LONG_EMAIL),
    };

    private static ConsoleShop shop;
    private static Browser admin;

    @BeforeAll
    static void open() {
        shop = new ConsoleShop();
        shop.order(1);
        for (String sql : TEN_THOUSAND)
            shop.shop().database().transact(tx -> tx.update(sql).execute());
        admin = shop.as(Role.ADMIN);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/orders",
                "/console/orders?status=paid",
                "/console/orders?q=MUG",
                "/console/inventory",
                "/console/inventory?q=thing",
                "/console/discounts",
                "/console/work",
                "/console/keys",
                "/console/staff",
                "/console/log",
                "/console/log?deed=stock.adjusted",
            })
    void a_list_of_ten_thousand_is_a_small_page_with_a_next_one(String path) {
        Page first = admin.get(path);
        isSmall(first);
        String next = first.links().stream()
                .filter(link -> link.contains("cursor="))
                .findFirst()
                .orElseThrow();
        Page second = admin.get(next);
        isSmall(second);
        assertThat(second.html()).contains("To the first page").isNotEqualTo(first.html());
    }

    private static void isSmall(Page page) {
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.html().getBytes(UTF_8).length).as(page.path()).isLessThan(BYTES_MAX);
    }

    @Test
    void a_product_that_ten_thousand_hold_says_who_holds_it_first() {
        Page mug = admin.get("/console/inventory/of/MUG");
        isSmall(mug);
        assertThat(mug.text()).contains("Who holds it, the first 50").contains("Delivery number 10000");
    }

    @Test
    void what_is_to_be_looked_at_is_not_counted_to_its_end() {
        assertThat(admin.get("/console").text()).contains("Work list 100+ to look at");
    }

    @Test
    void webhooks_that_could_not_be_looked_at_say_that_there_are_more() {
        assertThat(admin.get("/console/work").text()).contains("The first 50; there are more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/console/checks", "/console/settings"})
    void a_page_of_figures_is_small_however_much_they_count(String path) {
        isSmall(admin.get(path));
    }
}
