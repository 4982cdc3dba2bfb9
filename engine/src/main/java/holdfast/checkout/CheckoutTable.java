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
import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import holdfast.order.StoredAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/// The tables `checkout` and `checkout_line`.
final class CheckoutTable {

    private record Opened(NewCheckout checkout, Instant at) {

        Quote quote() {
            return checkout.quote();
        }
    }

    private static final Inserts<Opened> INSERT = Inserts.<Opened>into("checkout")
            .uuid("id", each -> each.checkout.id().value())
            .uuid("cart_id", each -> value(each.checkout.cart(), CartId::value))
            .text("currency", each -> each.quote().currency().getCurrencyCode())
            .text("email", each -> value(each.checkout.email(), Email::address))
            .jsonb("shipping_address", each -> address(each.checkout))
            .text("wanted_option", each -> each.checkout.wantedOption())
            .text("shipping_option", each -> value(each.checkout.shipping(), ShippingChoice::option))
            .text("shipping_title", each -> value(each.checkout.shipping(), ShippingChoice::title))
            .jsonb("shipping_options", each -> options(each.quote()))
            .texts("discount_codes", each -> each.quote().discountCodes())
            .bigint("subtotal", each -> each.quote().subtotal().minor())
            .bigint("discount", each -> each.quote().discount().minor())
            .bigint("shipping", each -> each.quote().shipping().minor())
            .bigint("tax", each -> each.quote().tax().minor())
            .bigint("total", each -> each.quote().total().minor())
            .bigint("catalog_revision", each -> each.quote().catalogRevision())
            .bytes("secret_sha256", each -> each.checkout.secretSha256())
            .instant("created_at", Opened::at)
            .instant("updated_at", Opened::at);

    private record Line(CheckoutId checkout, QuoteLine line) {}

    private static final Inserts<Line> INSERT_LINES = Inserts.<Line>into("checkout_line")
            .uuid("checkout_id", row -> row.checkout.value())
            .integer("line_no", row -> row.line.lineNo())
            .text("sku", row -> row.line.sku().code())
            .text("title", row -> row.line.title())
            .integer("quantity", row -> row.line.quantity().pieces())
            .bigint("unit_price", row -> row.line.unitPrice().minor())
            .bigint("total", row -> row.line.total().minor())
            .bigint("discount", row -> row.line.discount().minor())
            .bigint("tax", row -> row.line.tax().minor());

    private static final String UPDATE = """
            update checkout
               set email = :email, shipping_address = :address, wanted_option = :wantedOption,
                   shipping_option = :shippingOption, shipping_title = :shippingTitle,
                   shipping_options = :allOptions, discount_codes = :codes,
                   subtotal = :subtotal, discount = :discount, shipping = :shipping, tax = :tax, total = :total,
                   catalog_revision = :revision, updated_at = shop_clock()
             where id = :id
            """;

    private static final String DELETE_LINES = "delete from checkout_line where checkout_id = :checkout";

    private static final String READ = """
            select c.*, c.catalog_revision = (select revision from catalog_revision) as current
              from checkout c
             where c.id = any (:ids)
            """;

    private static final String VERSIONS = """
            select c.id, c.updated_at, c.catalog_revision = (select revision from catalog_revision) as current
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
        tx.insert(INSERT, checkouts.stream().map(each -> new Opened(each, at)).toList());
        insertLines(tx, checkouts);
    }

    /// Replaces all of a checkout but its cart, its currency and its secret. The caller has its hold locked.
    static void update(Tx tx, NewCheckout checkout) {
        Quote quote = checkout.quote();
        tx.update(UPDATE)
                .bind("id", checkout.id().value())
                .bind("email", value(checkout.email(), Email::address))
                .bind("address", address(checkout))
                .bind("wantedOption", checkout.wantedOption())
                .bind("shippingOption", value(checkout.shipping(), ShippingChoice::option))
                .bind("shippingTitle", value(checkout.shipping(), ShippingChoice::title))
                .bind("allOptions", options(quote))
                .bind("codes", tx.texts(quote.discountCodes()))
                .bind("subtotal", quote.subtotal().minor())
                .bind("discount", quote.discount().minor())
                .bind("shipping", quote.shipping().minor())
                .bind("tax", quote.tax().minor())
                .bind("total", quote.total().minor())
                .bind("revision", quote.catalogRevision())
                .execute();
        tx.update(DELETE_LINES).bind("checkout", checkout.id().value()).execute();
        insertLines(tx, List.of(checkout));
    }

    private static <A, B> @Nullable B value(@Nullable A given, Function<A, B> property) {
        return given == null ? null : property.apply(given);
    }

    private static void insertLines(Tx tx, List<NewCheckout> checkouts) {
        tx.insert(
                INSERT_LINES,
                checkouts.stream()
                        .flatMap(each -> each.quote().lines().stream().map(line -> new Line(each.id(), line)))
                        .toList());
    }

    /// When a checkout was changed last, and whether its quote is still what the catalog says.
    record Version(Instant updatedAt, boolean current) {}

    static Map<CheckoutId, Version> versions(Tx tx, Collection<CheckoutId> ids) {
        if (ids.isEmpty()) return Map.of();
        return tx.query(VERSIONS)
                .bind("ids", tx.uuids(ids, CheckoutId::value))
                .map((row, _) -> Map.entry(
                        new CheckoutId(row.getObject("id", UUID.class)),
                        new Version(row.getTimestamp("updated_at").toInstant(), row.getBoolean("current"))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    static Map<CheckoutId, StoredCheckout> read(Tx tx, Collection<CheckoutId> ids) {
        Argument wanted = tx.uuids(ids, CheckoutId::value);
        Map<CheckoutId, List<QuoteLine>> lines = tx
                .query(READ_LINES)
                .bind("ids", wanted)
                .map((row, _) -> new Line(new CheckoutId(row.getObject("checkout_id", UUID.class)), line(row)))
                .stream()
                .collect(groupingBy(Line::checkout, mapping(Line::line, toList())));
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
