package holdfast.inventory;

import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Summing up what the holds of a batch do to stock.
@State(Scope.Benchmark)
public class StockMovesPieces {

    private static final int MOVES = 500;

    @Param({"1", "500"})
    private int skus = 1;

    private List<HeldLine> lines = lines(skus);

    @Setup
    public void hold() {
        lines = lines(skus);
    }

    @Benchmark
    public StockMoves merge_500_moves() {
        var moves = new StockMoves();
        lines.forEach(moves::hold);
        return moves;
    }

    private static List<HeldLine> lines(int skus) {
        return IntStream.range(0, MOVES)
                .mapToObj(i -> new HeldLine(Sku.of("SKU-" + i % skus), WarehouseCode.of("main"), 1))
                .toList();
    }
}
