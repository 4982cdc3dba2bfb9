package holdfast.checkout;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.catalog.Quote;
import holdfast.catalog.QuoteLine;
import holdfast.catalog.ShippingChoice;
import holdfast.db.Tx;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import holdfast.order.StoredAddress;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The tables `checkout` and `checkout_line`.
final class CheckoutTable {

    private static final String INSERT = """
            insert into checkout (id, cart_id, currency, email, shipping_address, wanted_option,
                                  shipping_option, shipping_title, shipping_options, discount_codes,
                                  subtotal, discount, shipping, tax, total, catalog_revision, secret_sha256,
                                  created_at, updated_at)
            select u.id, u.cart_id, u.currency, u.email, u.shipping_address::jsonb, u.wanted_option,
                   u.shipping_option, u.shipping_title, u.shipping_options::jsonb,
                   string_to_array(u.discount_codes, ','),
                   u.subtotal, u.discount, u.shipping, u.tax, u.total, u.catalog_revision, u.secret_sha256,
                   :at::timestamptz, :at::timestamptz
              from unnest(:ids::uuid[], :carts::uuid[], :currencies::text[], :emails::text[], :addresses::text[],
                          :wantedOptions::text[], :shippingOptions::text[], :shippingTitles::text[],
                          :allOptions::text[], :codes::text[], :subtotals::bigint[], :discounts::bigint[],
                          :shippings::bigint[], :taxes::bigint[], :totals::bigint[], :revisions::bigint[],
                          :secrets::bytea[])
                   as u (id, cart_id, currency, email, shipping_address, wanted_option, shipping_option,
                         shipping_title, shipping_options, discount_codes, subtotal, discount, shipping, tax, total,
                         catalog_revision, secret_sha256)
            """;

    private static final String UPDATE = """
            update checkout c
               set email = u.email, shipping_address = u.shipping_address::jsonb, wanted_option = u.wanted_option,
                   shipping_option = u.shipping_option, shipping_title = u.shipping_title,
                   shipping_options = u.shipping_options::jsonb,
                   discount_codes = string_to_array(u.discount_codes, ','),
                   subtotal = u.subtotal, discount = u.discount, shipping = u.shipping, tax = u.tax, total = u.total,
                   catalog_revision = u.catalog_revision, updated_at = shop_clock()
              from unnest(:ids::uuid[], :emails::text[], :addresses::text[],
                          :wantedOptions::text[], :shippingOptions::text[], :shippingTitles::text[],
                          :allOptions::text[], :codes::text[], :subtotals::bigint[], :discounts::bigint[],
                          :shippings::bigint[], :taxes::bigint[], :totals::bigint[], :revisions::bigint[])
                   as u (id, email, shipping_address, wanted_option, shipping_option,
                         shipping_title, shipping_options, discount_codes, subtotal, discount, shipping, tax, total,
                         catalog_revision)
             where c.id = u.id
            """;

    private static final String INSERT_LINES = """
            insert into checkout_line (checkout_id, line_no, sku, title, quantity, unit_price, total, discount, tax)
            select * from unnest(:checkouts::uuid[], :lineNos::int[], :skus::text[], :titles::text[],
                                 :quantities::int[], :prices::bigint[], :totals::bigint[], :discounts::bigint[],
                                 :taxes::bigint[])
            """;

    private static final String DELETE_LINES = "delete from checkout_line where checkout_id = :checkout";

    private static final String READ = """
            select c.*, c.catalog_revision = (select revision from catalog_revision) as current
              from checkout c
             where c.id = any (:ids)
            """;

    private static final String READ_LINES = """
            select l.*, c.currency
              from checkout_line l
              join checkout c on c.id = l.checkout_id
             where l.checkout_id = any (:ids)
             order by l.checkout_id, l.line_no
            """;

    private static final String SECRET = "select secret_sha256 from checkout where id = :id";

    private static final JsonMapper JSON = new JsonMapper();

    private CheckoutTable() {}

    static void insert(Tx tx, List<NewCheckout> checkouts, Instant at) {
        if (checkouts.isEmpty()) return;
        bindQuotes(tx, tx.update(INSERT), checkouts)
                .bind(
                        "carts",
                        tx.uuids(
                                checkouts,
                                each -> each.cart() == null ? null : each.cart().value()))
                .bind(
                        "currencies",
                        tx.texts(checkouts, each -> each.quote().currency().getCurrencyCode()))
                .bind("secrets", tx.byteas(checkouts, NewCheckout::secretSha256))
                .bind("at", at.toString())
                .execute();
        insertLines(tx, checkouts);
    }

    /// Replaces all of a checkout but its cart, its currency and its secret. The caller has its hold locked.
    static void update(Tx tx, NewCheckout checkout) {
        bindQuotes(tx, tx.update(UPDATE), List.of(checkout)).execute();
        tx.update(DELETE_LINES).bind("checkout", checkout.id().value()).execute();
        insertLines(tx, List.of(checkout));
    }

    private static org.jdbi.v3.core.statement.Update bindQuotes(
            Tx tx, org.jdbi.v3.core.statement.Update statement, List<NewCheckout> checkouts) {
        return statement
                .bind("ids", tx.uuids(checkouts, each -> each.id().value()))
                .bind(
                        "emails",
                        tx.texts(
                                checkouts,
                                each -> each.email() == null
                                        ? null
                                        : each.email().address()))
                .bind("addresses", tx.texts(checkouts, CheckoutTable::address))
                .bind("wantedOptions", tx.texts(checkouts, NewCheckout::wantedOption))
                .bind(
                        "shippingOptions",
                        tx.texts(
                                checkouts,
                                each -> each.shipping() == null
                                        ? null
                                        : each.shipping().option()))
                .bind(
                        "shippingTitles",
                        tx.texts(
                                checkouts,
                                each -> each.shipping() == null
                                        ? null
                                        : each.shipping().title()))
                .bind("allOptions", tx.texts(checkouts, each -> options(each.quote())))
                .bind(
                        "codes",
                        tx.texts(
                                checkouts, each -> String.join(",", each.quote().discountCodes())))
                .bind(
                        "subtotals",
                        tx.bigints(checkouts, each -> each.quote().subtotal().minor()))
                .bind(
                        "discounts",
                        tx.bigints(checkouts, each -> each.quote().discount().minor()))
                .bind(
                        "shippings",
                        tx.bigints(checkouts, each -> each.quote().shipping().minor()))
                .bind("taxes", tx.bigints(checkouts, each -> each.quote().tax().minor()))
                .bind(
                        "totals",
                        tx.bigints(checkouts, each -> each.quote().total().minor()))
                .bind("revisions", tx.bigints(checkouts, each -> each.quote().catalogRevision()));
    }

    private static void insertLines(Tx tx, List<NewCheckout> checkouts) {
        record Row(UUID checkout, QuoteLine line) {}
        List<Row> rows = checkouts.stream()
                .flatMap(each -> each.quote().lines().stream()
                        .map(line -> new Row(each.id().value(), line)))
                .toList();
        tx.update(INSERT_LINES)
                .bind("checkouts", tx.uuids(rows, Row::checkout))
                .bind("lineNos", tx.ints(rows, row -> row.line.lineNo()))
                .bind("skus", tx.texts(rows, row -> row.line.sku().code()))
                .bind("titles", tx.texts(rows, row -> row.line.title()))
                .bind("quantities", tx.ints(rows, row -> row.line.quantity().pieces()))
                .bind("prices", tx.bigints(rows, row -> row.line.unitPrice().minor()))
                .bind("totals", tx.bigints(rows, row -> row.line.total().minor()))
                .bind("discounts", tx.bigints(rows, row -> row.line.discount().minor()))
                .bind("taxes", tx.bigints(rows, row -> row.line.tax().minor()))
                .execute();
    }

    static Map<CheckoutId, StoredCheckout> read(Tx tx, Collection<CheckoutId> ids) {
        Array wanted = tx.uuids(ids, CheckoutId::value);
        record Row(CheckoutId checkout, QuoteLine line) {}
        Map<CheckoutId, List<QuoteLine>> lines = tx
                .query(READ_LINES)
                .bind("ids", wanted)
                .map((row, _) -> new Row(new CheckoutId(row.getObject("checkout_id", UUID.class)), line(row)))
                .stream()
                .collect(groupingBy(Row::checkout, mapping(Row::line, toList())));
        return tx.query(READ)
                .bind("ids", wanted)
                .map((row, _) -> stored(row, lines))
                .collectToMap(StoredCheckout::id, identity());
    }

    static Optional<byte[]> secretSha256(Tx tx, CheckoutId id) {
        return tx.query(SECRET).bind("id", id.value()).mapTo(byte[].class).findOne();
    }

    private static StoredCheckout stored(ResultSet row, Map<CheckoutId, List<QuoteLine>> lines) throws SQLException {
        var id = new CheckoutId(row.getObject("id", UUID.class));
        var currency = Currency.getInstance(row.getString("currency"));
        UUID cart = row.getObject("cart_id", UUID.class);
        String email = row.getString("email");
        String address = row.getString("shipping_address");
        String option = row.getString("shipping_option");
        var quote = new Quote(
                currency,
                lines.getOrDefault(id, List.of()),
                List.of((String[]) row.getArray("discount_codes").getArray()),
                Money.of(row.getLong("subtotal"), currency),
                Money.of(row.getLong("discount"), currency),
                Money.of(row.getLong("shipping"), currency),
                Money.of(row.getLong("tax"), currency),
                Money.of(row.getLong("total"), currency),
                option == null
                        ? null
                        : new ShippingChoice(
                                option, row.getString("shipping_title"), Money.of(row.getLong("shipping"), currency)),
                options(row.getString("shipping_options"), currency),
                row.getLong("catalog_revision"));
        return new StoredCheckout(
                id,
                cart == null ? null : new CartId(cart),
                email == null ? null : Email.of(email),
                address == null ? null : StoredAddress.read(address),
                row.getString("wanted_option"),
                quote,
                row.getBoolean("current"),
                row.getBytes("secret_sha256"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }

    private static QuoteLine line(ResultSet row) throws SQLException {
        var currency = Currency.getInstance(row.getString("currency"));
        return new QuoteLine(
                row.getInt("line_no"),
                Sku.of(row.getString("sku")),
                row.getString("title"),
                Quantity.of(row.getInt("quantity")),
                Money.of(row.getLong("unit_price"), currency),
                Money.of(row.getLong("total"), currency),
                Money.of(row.getLong("discount"), currency),
                Money.of(row.getLong("tax"), currency));
    }

    private static @Nullable String address(NewCheckout checkout) {
        return checkout.shippingAddress() == null ? null : StoredAddress.write(checkout.shippingAddress());
    }

    private record StoredOption(String option, String title, long price) {}

    private static String options(Quote quote) {
        try {
            return JSON.writeValueAsString(quote.shippingOptions().stream()
                    .map(each -> new StoredOption(
                            each.option(), each.title(), each.price().minor()))
                    .toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A shipping option is text and a number", e);
        }
    }

    private static List<ShippingChoice> options(String json, Currency currency) {
        try {
            return JSON.readValue(json, new TypeReference<List<StoredOption>>() {}).stream()
                    .map(each -> new ShippingChoice(each.option, each.title, Money.of(each.price, currency)))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Stored shipping options do not read as such", e);
        }
    }
}
