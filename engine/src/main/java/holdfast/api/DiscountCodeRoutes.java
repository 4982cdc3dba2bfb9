package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.delete;
import static holdfast.api.Route.get;
import static holdfast.api.Route.put;
import static holdfast.api.Shapes.NAME;
import static holdfast.api.Shapes.POSITIVE_MONEY;
import static holdfast.api.Shapes.POSITIVE_PERCENT;
import static holdfast.api.Shapes.TIME;
import static holdfast.api.Shapes.smallInteger;

import holdfast.access.Deed;
import holdfast.catalog.DiscountCode;
import holdfast.catalog.DiscountCode.Off;
import holdfast.catalog.DiscountCodes;
import holdfast.idempotency.Answer;
import holdfast.kernel.Money;
import holdfast.kernel.Rate;
import java.util.List;

/// Discount codes.
final class DiscountCodeRoutes {

    private final DiscountCodes codes;

    DiscountCodeRoutes(DiscountCodes codes) {
        this.codes = codes;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/discount-codes", ADMIN, this::list).query("limit", "cursor"),
                get("/v1/discount-codes/{code}", ADMIN, this::show),
                put("/v1/discount-codes/{code}", ADMIN, this::store).logged(Deed.DISCOUNT_CODE_PUT, "code"),
                delete("/v1/discount-codes/{code}", ADMIN, this::remove).logged(Deed.DISCOUNT_CODE_DELETED, "code"));
    }

    private Answer list(Call call) {
        Paging paging = call.paging();
        return call.read(tx -> Answers.page(codes.list(tx, paging.limit(), paging.cursor()), Render::discountCode));
    }

    private Answer show(Call call) {
        String code = code(call);
        return call.read(
                tx -> codes.find(tx, code).map(DiscountCodeRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer store(Call call) {
        String code = code(call);
        var terms = call.body(body -> new DiscountCode.Terms(
                off(body),
                body.optional("uses_max", smallInteger(1, Integer.MAX_VALUE)),
                body.optional("uses_per_customer", smallInteger(1, Integer.MAX_VALUE)),
                body.optional("starts_at", TIME),
                body.optional("ends_at", TIME)));
        return call.write(tx -> answer(codes.put(tx, code, terms)));
    }

    private static Off off(Fields body) {
        Rate percent = body.optional("percent", POSITIVE_PERCENT);
        Money amount = body.optional("amount", POSITIVE_MONEY);
        body.exactlyOne("percent", "amount");
        if (amount != null) return new Off.Amount(amount);
        return new Off.Percent(percent == null ? POSITIVE_PERCENT.standIn() : percent);
    }

    private Answer remove(Call call) {
        String code = code(call);
        return call.write(tx -> Answers.goneIf(codes.delete(tx, code)));
    }

    private static String code(Call call) {
        return DiscountCode.spelled(call.path(path -> path.required("code", NAME)));
    }

    private static Answer answer(DiscountCode code) {
        return Answers.ok(code, Render::discountCode);
    }
}
