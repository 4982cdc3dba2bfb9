package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.delete;
import static holdfast.api.Route.get;
import static holdfast.api.Route.put;
import static holdfast.api.Shapes.COUNTRY;
import static holdfast.api.Shapes.MONEY;
import static holdfast.api.Shapes.NAME;
import static holdfast.api.Shapes.PERCENT;
import static holdfast.api.Shapes.TRUTH;
import static holdfast.api.Shapes.integer;
import static holdfast.api.Shapes.oneOf;
import static holdfast.api.Shapes.text;

import holdfast.access.Deed;
import holdfast.catalog.NewProduct;
import holdfast.catalog.ShippingRate;
import holdfast.catalog.ShippingRates;
import holdfast.catalog.TaxRate;
import holdfast.catalog.TaxRates;
import holdfast.idempotency.Answer;
import holdfast.kernel.Money;
import java.util.List;

/// Tax and shipping, by country.
final class RateRoutes {

    private static final Shape<ShippingRate.Basis> BASIS =
            oneOf(List.of(ShippingRate.Basis.values()), ShippingRate.Basis::code);

    private final TaxRates taxRates;
    private final ShippingRates shippingRates;

    RateRoutes(TaxRates taxRates, ShippingRates shippingRates) {
        this.taxRates = taxRates;
        this.shippingRates = shippingRates;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/tax-rates", ADMIN, this::listTaxRates).query("limit", "cursor"),
                get("/v1/tax-rates/{id}", ADMIN, this::showTaxRate),
                put("/v1/tax-rates/{id}", ADMIN, this::putTaxRate).logged(Deed.TAX_RATE_PUT, "id"),
                delete("/v1/tax-rates/{id}", ADMIN, this::deleteTaxRate).logged(Deed.TAX_RATE_DELETED, "id"),
                get("/v1/shipping-rates", ADMIN, this::listShippingRates).query("limit", "cursor"),
                get("/v1/shipping-rates/{id}", ADMIN, this::showShippingRate),
                put("/v1/shipping-rates/{id}", ADMIN, this::putShippingRate).logged(Deed.SHIPPING_RATE_PUT, "id"),
                delete("/v1/shipping-rates/{id}", ADMIN, this::deleteShippingRate)
                        .logged(Deed.SHIPPING_RATE_DELETED, "id"));
    }

    private Answer listTaxRates(Call call) {
        Paging paging = call.paging();
        return call.read(tx -> Answers.page(taxRates.list(tx, paging.limit(), paging.cursor()), Render::taxRate));
    }

    private Answer showTaxRate(Call call) {
        String id = id(call);
        return call.read(tx -> taxRates.find(tx, id).map(RateRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer putTaxRate(Call call) {
        String id = id(call);
        var rate = call.body(body -> new TaxRate(
                id,
                body.required("title", text(NewProduct.TITLE_LENGTH_MAX)),
                body.required("country", COUNTRY),
                body.optional("region", text(TaxRate.REGION_LENGTH_MAX)),
                body.optional("tax_category", NAME, NewProduct.TAX_CATEGORY_DEFAULT),
                body.required("percent", PERCENT),
                body.optional("on_shipping", TRUTH, false)));
        return call.write(tx -> answer(taxRates.put(tx, rate)));
    }

    private Answer deleteTaxRate(Call call) {
        String id = id(call);
        return call.write(tx -> Answers.goneIf(taxRates.delete(tx, id)));
    }

    private Answer listShippingRates(Call call) {
        Paging paging = call.paging();
        return call.read(
                tx -> Answers.page(shippingRates.list(tx, paging.limit(), paging.cursor()), Render::shippingRate));
    }

    private Answer showShippingRate(Call call) {
        String id = id(call);
        return call.read(
                tx -> shippingRates.find(tx, id).map(RateRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer putShippingRate(Call call) {
        String id = id(call);
        var rate = call.body(body -> new ShippingRate(
                id,
                body.required("option", NAME),
                body.required("title", text(NewProduct.TITLE_LENGTH_MAX)),
                body.optional("country", COUNTRY),
                body.required("price", MONEY),
                body.required("basis", BASIS),
                body.optional("at_least", integer(0, Money.MINOR_MAX), 0L),
                body.optional("below", integer(1, Money.MINOR_MAX))));
        return call.write(tx -> answer(shippingRates.put(tx, rate)));
    }

    private Answer deleteShippingRate(Call call) {
        String id = id(call);
        return call.write(tx -> Answers.goneIf(shippingRates.delete(tx, id)));
    }

    private static String id(Call call) {
        return call.path(path -> path.required("id", NAME));
    }

    private static Answer answer(TaxRate rate) {
        return Answers.ok(rate, Render::taxRate);
    }

    private static Answer answer(ShippingRate rate) {
        return Answers.ok(rate, Render::shippingRate);
    }
}
