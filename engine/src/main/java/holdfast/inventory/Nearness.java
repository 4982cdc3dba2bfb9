package holdfast.inventory;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.Tx;
import holdfast.kernel.WarehouseCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/// Which warehouse is how near to an address, by the areas that the merchant says it serves.
record Nearness(Map<WarehouseCode, List<ServiceArea>> areas) {

    /// Where nobody asks.
    static final Nearness UNKNOWN = new Nearness(Map.of());

    private static final String AREAS = """
            select warehouse, country, postal_prefix, rank
              from warehouse_area
             where country = any (:countries)
            """;

    private record Row(WarehouseCode warehouse, ServiceArea area) {}

    /// All that there is to know to send these requests.
    static Nearness read(Tx tx, Collection<HoldRequest> requests) {
        List<String> countries = requests.stream()
                .map(HoldRequest::shipTo)
                .filter(Objects::nonNull)
                .map(ShipTo::country)
                .distinct()
                .toList();
        if (countries.isEmpty()) return UNKNOWN;
        return new Nearness(tx
                .query(AREAS)
                .bind("countries", tx.texts(countries))
                .map((row, _) -> new Row(WarehouseCode.of(row.getString("warehouse")), Warehouses.area(row)))
                .stream()
                .collect(groupingBy(Row::warehouse, mapping(Row::area, toList()))));
    }

    /// How near it is, by the smallest area that the address is in; empty if it serves none such.
    OptionalInt rank(WarehouseCode warehouse, ShipTo shipTo) {
        return areas.getOrDefault(warehouse, List.of()).stream()
                .filter(area -> area.covers(shipTo))
                .max(comparingInt(ServiceArea::prefixLength))
                .map(area -> OptionalInt.of(area.rank()))
                .orElseGet(OptionalInt::empty);
    }
}
