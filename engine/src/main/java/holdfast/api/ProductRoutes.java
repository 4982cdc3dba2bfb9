package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Permission.ANYONE;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Route.put;
import static holdfast.api.Shapes.MONEY;
import static holdfast.api.Shapes.NAME;
import static holdfast.api.Shapes.SKU;
import static holdfast.api.Shapes.TRUTH_TEXT;
import static holdfast.api.Shapes.smallInteger;
import static holdfast.api.Shapes.text;

import holdfast.access.Deed;
import holdfast.api.Route.Takes;
import holdfast.catalog.Catalog;
import holdfast.catalog.CsvImport;
import holdfast.catalog.NewProduct;
import holdfast.catalog.Product;
import holdfast.catalog.SaleTerms;
import holdfast.idempotency.Answer;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Products, one by one or from a file.
final class ProductRoutes {

    private static final int SEARCH_LENGTH_MAX = 100;

    private final Catalog catalog;
    private final CsvImport csvImport;

    ProductRoutes(Catalog catalog, CsvImport csvImport) {
        this.catalog = catalog;
        this.csvImport = csvImport;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/products", ANYONE, this::list).query("q", "limit", "cursor"),
                get("/v1/products/{sku}", ANYONE, this::show),
                put("/v1/products/{sku}", ADMIN, this::store).logged(Deed.PRODUCT_PUT, "sku"),
                post("/v1/products/import", ADMIN, this::importCsv)
                        .takes(Takes.CSV)
                        .query("skip_bad")
                        .logged(Deed.PRODUCTS_IMPORTED));
    }

    private Answer list(Call call) {
        record Search(@Nullable String words, Paging paging) {}
        var search = call.query(query -> new Search(query.optional("q", text(SEARCH_LENGTH_MAX)), Paging.of(query)));
        return call.read(tx -> Answers.page(
                catalog.list(tx, search.words, search.paging.limit(), search.paging.cursor()), Render::product));
    }

    private Answer show(Call call) {
        Sku sku = call.path(path -> path.required("sku", SKU));
        return call.read(tx -> catalog.find(tx, sku).map(ProductRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer store(Call call) {
        Sku sku = call.path(path -> path.required("sku", SKU));
        var product = call.body(body -> new NewProduct(
                sku,
                body.required("title", text(NewProduct.TITLE_LENGTH_MAX)),
                body.required("price", MONEY),
                body.optional("weight_grams", smallInteger(0, NewProduct.WEIGHT_GRAMS_MAX), 0),
                body.optional("tax_category", NAME, NewProduct.TAX_CATEGORY_DEFAULT),
                new SaleTerms(
                        body.optional("purchase_limit", smallInteger(1, Quantity.PIECES_MAX)),
                        body.optional("hold_seconds", smallInteger(1, SaleTerms.HOLD_SECONDS_MAX)),
                        body.optional("backorder_limit", smallInteger(0, SaleTerms.BACKORDER_LIMIT_MAX), 0))));
        return call.write(tx -> answer(catalog.put(tx, product)));
    }

    private Answer importCsv(Call call) {
        boolean skipBad = call.query(query -> query.optional("skip_bad", TRUTH_TEXT, false));
        try (Spool csv = Spool.of(call.stream())) {
            return call.write(tx -> Answers.ok(csvImport.run(tx, csv.read(), skipBad), Render::imported));
        }
    }

    private static Answer answer(Product product) {
        return Answers.ok(product, Render::product);
    }
}
