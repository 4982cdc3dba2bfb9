package holdfast.drill;

import java.net.URI;
import java.util.List;

/// Those who keep a shop running, as a torture knows them: real processes, and the links between them.
public interface Stage {

    /// Who can be harmed, always in the same order.
    List<Victim> victims();

    /// One of them.
    ///
    /// @param harms what can happen to it
    /// @param weight how often it is harmed, beside the others
    record Victim(String name, List<Harm.Kind> harms, int weight) {}

    /// Where the servers answer, through their links.
    List<URI> servers();

    void begin(Harm harm);

    void end(Harm harm);

    /// Ends every harm: when it returns, everybody is there, and every server answers.
    void heal();
}
