package holdfast.inventory;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Choosing among five warehouses, each of which has three SKUs of five.
@State(Scope.Benchmark)
public class SourcingPieces {

    private static final int WAREHOUSES = 5;
    private static final int STOCKED = 3;
    private static final long PLENTY = 1L << 50;

    @Param
    private SourcingPolicy policy = SourcingPolicy.PRIORITY;

    @Param({"1", "100"})
    private int lines = 1;

    private Sourcing sourcing = sourcing(policy, lines);
    private HoldRequest request = request(lines);

    @Setup
    public void stock() {
        sourcing = sourcing(policy, lines);
        request = request(lines);
    }

    @Benchmark
    public HoldPlan decide_where_it_comes_from() {
        return sourcing.decide(request);
    }

    private static Sourcing sourcing(SourcingPolicy policy, int lines) {
        var areas = new TreeMap<WarehouseCode, List<ServiceArea>>();
        for (int i = 0; i < WAREHOUSES; i++) {
            areas.put(warehouse(i), List.of(new ServiceArea("GB", "SW" + i, i), new ServiceArea("GB", null, 10 - i)));
        }
        var sourcing = new Sourcing(policy, new Nearness(areas));
        for (int i = 0; i < lines; i++) {
            for (int each = 0; each < STOCKED; each++) {
                int place = (i + each) % WAREHOUSES;
                sourcing.add(sku(i), new Sourcing.Place(place, warehouse(place)), PLENTY);
            }
        }
        return sourcing;
    }

    private static HoldRequest request(int lines) {
        var wanted = new TreeMap<Sku, Long>();
        for (int i = 0; i < lines; i++) wanted.put(sku(i), 1L);
        return new HoldRequest(CheckoutId.next(), wanted, new ShipTo("GB", "SW1Y 4LB"), Map.of());
    }

    private static Sku sku(int number) {
        return Sku.of("SKU-" + number);
    }

    private static WarehouseCode warehouse(int number) {
        return WarehouseCode.of("W" + number);
    }
}
