package holdfast.console;

import holdfast.access.Deed;
import holdfast.access.Role;
import holdfast.catalog.DiscountCode;
import holdfast.catalog.DiscountCode.Off;
import holdfast.kernel.Currencies;
import holdfast.kernel.Page;
import holdfast.kernel.Rate;
import holdfast.kernel.Refusal;
import holdfast.pages.Form;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Discount codes.
final class DiscountScreens {

    private static final String HERE = "/console/discounts";
    private static final int ROWS = 50;

    private final Console.Modules modules;

    DiscountScreens(Console.Modules modules) {
        this.modules = modules;
    }

    List<Screen> screens() {
        return List.of(
                Screen.page(HERE, Role.VIEWER, this::list),
                Screen.form(HERE, Role.STAFF, Deed.DISCOUNT_CODE_PUT, this::put),
                Screen.form(HERE + "/delete", Role.STAFF, Deed.DISCOUNT_CODE_DELETED, this::delete));
    }

    record Discounts(
            Shell shell,
            List<DiscountCode> codes,
            boolean isFirst,
            @Nullable String next) {

        static String off(DiscountCode code) {
            return switch (code.terms().off()) {
                case Off.Percent(Rate rate) -> rate.percent() + "%";
                case Off.Amount amount -> Words.money(amount.amount());
            };
        }

        static String uses(DiscountCode code) {
            Integer most = code.terms().usesMax();
            return Words.count(code.uses()) + (most == null ? "" : " of " + Words.count(most));
        }
    }

    private void list(Desk desk) {
        String cursor = desk.visit().query().textOrNull("cursor");
        Page<DiscountCode> page = desk.read(tx -> modules.discountCodes().list(tx, ROWS, cursor));
        String next =
                page.next() == null ? null : HERE + "?cursor=" + URLEncoder.encode(page.next(), StandardCharsets.UTF_8);
        Shell shell = desk.shell("Discount codes", HERE);
        desk.page("discounts", new Discounts(shell, page.data(), cursor == null, next));
    }

    private void put(Desk desk) {
        Form form = desk.form();
        String code = DiscountCode.spelled(form.text("code"));
        desk.act(code, HERE, tx -> {
            var terms = new DiscountCode.Terms(
                    off(form),
                    count(form, "uses_max"),
                    count(form, "uses_per_customer"),
                    day(form, "starts_at"),
                    day(form, "ends_at"));
            return modules.discountCodes().put(tx, code, terms).code() + " is good now.";
        });
    }

    private static Off off(Form form) {
        String value = form.text("value");
        if (!form.text("kind").equals("percent")) {
            Currency currency = Currencies.find(form.text("currency"))
                    .orElseThrow(() -> Refusal.invalid("currency", "unknown", "Must be a currency such as USD"));
            return new Off.Amount(Words.money("value", value, currency));
        }
        boolean fits = value.matches("[0-9]{1,3}(\\.[0-9]{1,4})?")
                && new BigDecimal(value).compareTo(BigDecimal.valueOf(100)) <= 0;
        if (!fits) throw Refusal.invalid("value", "malformed", "Must be a percentage such as 10 or 7.5");
        return new Off.Percent(Rate.percent(value));
    }

    private static @Nullable Integer count(Form form, String field) {
        String text = form.text(field);
        return text.isEmpty() ? null : Integer.valueOf(Words.count(field, text, 1, Integer.MAX_VALUE));
    }

    /// The beginning of a day, in UTC.
    private static @Nullable Instant day(Form form, String field) {
        String text = form.text(field);
        if (text.isEmpty()) return null;
        try {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException _) {
            throw Refusal.invalid(field, "malformed", "Must be a day such as 2027-01-31");
        }
    }

    private void delete(Desk desk) {
        String code = DiscountCode.spelled(desk.form().text("code"));
        desk.act(code, HERE, tx -> {
            if (!modules.discountCodes().delete(tx, code)) throw Desk.notFound();
            return code + " is gone.";
        });
    }
}
