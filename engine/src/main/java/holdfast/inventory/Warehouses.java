package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import holdfast.kernel.WarehouseCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The warehouses.
public final class Warehouses {

    private static final String FIND = """
            select code, title, country, priority, active
              from warehouse
             where code = :code
            """;

    private static final String PUT = """
            insert into warehouse (code, title, country, priority, active)
            values (:code, :title, :country, :priority, :active)
            on conflict (code) do update
               set title = excluded.title,
                   country = excluded.country,
                   priority = excluded.priority,
                   active = excluded.active
            """;

    private static final String FORGET_AREAS = "delete from warehouse_area where warehouse = :code";

    private static final String PUT_AREAS = """
            insert into warehouse_area (warehouse, country, postal_prefix, rank)
            select :code, *
              from unnest(:countries::text[], :prefixes::text[], :ranks::int[])
            """;

    private static final String AREAS = """
            select warehouse, country, postal_prefix, rank
              from warehouse_area
             where warehouse = any (:codes)
             order by warehouse, rank, country, postal_prefix
            """;

    private static final String LIST = """
            select code, title, country, priority, active
              from warehouse
             where code > :after
             order by code
             limit :rows
            """;

    public Optional<Warehouse> find(Tx tx, WarehouseCode code) {
        return tx.query(FIND)
                .bind("code", code.code())
                .map((row, _) -> warehouse(row))
                .findOne()
                .map(found -> withAreas(tx, List.of(found)).getFirst());
    }

    /// Creates the warehouse or replaces what was known of it, its areas among it.
    ///
    /// Refuses, by the field: a blank or too long title, a country that is none, a priority that is not from 0
    /// to [Warehouse#PRIORITY_MAX]; more than [Warehouse#AREAS_MAX] areas, and of an area a country that is
    /// none, a rank that is not from 0 to [ServiceArea#RANK_MAX], or that it is there twice.
    public Warehouse put(Tx tx, Warehouse warehouse) {
        List<ServiceArea> areas = warehouse.serves();
        Checks checks = new Checks()
                .text("title", warehouse.title(), Warehouse.TITLE_LENGTH_MAX)
                .country("country", warehouse.country())
                .between(0, Warehouse.PRIORITY_MAX, "priority", warehouse.priority())
                .that(
                        areas.size() <= Warehouse.AREAS_MAX,
                        "serves",
                        "too_many",
                        "At most " + Warehouse.AREAS_MAX + " areas");
        var seen = new HashSet<List<String>>();
        for (int i = 0; i < areas.size(); i++) {
            ServiceArea area = areas.get(i);
            String field = "serves[" + i + "].";
            checks.country(field + "country", area.country())
                    .between(0, ServiceArea.RANK_MAX, field + "rank", area.rank())
                    .that(
                            seen.add(List.of(area.country(), prefix(area))),
                            field + "country",
                            "duplicate",
                            "The same area as an earlier one");
        }
        checks.refuse();
        tx.update(PUT)
                .bind("code", warehouse.code().code())
                .bind("title", warehouse.title())
                .bind("country", warehouse.country())
                .bind("priority", warehouse.priority())
                .bind("active", warehouse.active())
                .execute();
        tx.update(FORGET_AREAS).bind("code", warehouse.code().code()).execute();
        tx.update(PUT_AREAS)
                .bind("code", warehouse.code().code())
                .bind("countries", tx.texts(areas, ServiceArea::country))
                .bind("prefixes", tx.texts(areas, Warehouses::prefix))
                .bind("ranks", tx.ints(areas, ServiceArea::rank))
                .execute();
        return withAreas(tx, List.of(warehouse)).getFirst();
    }

    /// Warehouses in the order of their codes.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<Warehouse> list(Tx tx, int limit, @Nullable String after) {
        if (after != null && !WarehouseCode.isValid(after)) {
            throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        }
        List<Warehouse> rows = tx.query(LIST)
                .bind("after", after == null ? "" : after)
                .bind("rows", limit + 1)
                .map((row, _) -> warehouse(row))
                .list();
        return Page.of(withAreas(tx, rows), limit, warehouse -> warehouse.code().code());
    }

    private static List<Warehouse> withAreas(Tx tx, List<Warehouse> warehouses) {
        record Row(WarehouseCode warehouse, ServiceArea area) {}
        Map<WarehouseCode, List<ServiceArea>> areas = tx
                .query(AREAS)
                .bind(
                        "codes",
                        tx.texts(warehouses, warehouse -> warehouse.code().code()))
                .map((row, _) -> new Row(WarehouseCode.of(row.getString("warehouse")), area(row)))
                .stream()
                .collect(groupingBy(Row::warehouse, mapping(Row::area, toList())));
        return warehouses.stream()
                .map(of -> new Warehouse(
                        of.code(),
                        of.title(),
                        of.country(),
                        of.priority(),
                        of.active(),
                        areas.getOrDefault(of.code(), List.of())))
                .toList();
    }

    /// As it is stored: empty for the whole country.
    private static String prefix(ServiceArea area) {
        return area.postalPrefix() == null ? "" : area.postalPrefix();
    }

    static ServiceArea area(ResultSet row) throws SQLException {
        String prefix = row.getString("postal_prefix");
        return new ServiceArea(row.getString("country"), prefix.isEmpty() ? null : prefix, row.getInt("rank"));
    }

    private static Warehouse warehouse(ResultSet row) throws SQLException {
        return new Warehouse(
                WarehouseCode.of(row.getString("code")),
                row.getString("title"),
                row.getString("country"),
                row.getInt("priority"),
                row.getBoolean("active"));
    }
}
