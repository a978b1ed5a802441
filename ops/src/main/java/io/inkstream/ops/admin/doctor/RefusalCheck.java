package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.admin.DeadLetterShelf;
import io.inkstream.ops.admin.ShelvedLetter;
import io.inkstream.ops.client.Cluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether documents were refused lately. */
final class RefusalCheck implements Check {
    private static final int MOST = 1_000;

    private final Cluster cluster;
    private final Duration lately;
    private final Duration limit;
    private final InstantSource clock;

    RefusalCheck(Cluster cluster, Duration lately, Duration limit, InstantSource clock) {
        this.cluster = cluster;
        this.lately = lately;
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    public String part() {
        return "dead letters";
    }

    @Override
    public void look(Findings findings) {
        List<ShelvedLetter> letters;
        try (DeadLetterShelf shelf = new DeadLetterShelf(cluster, limit)) {
            letters = shelf.newest(
                    new DeadLetterShelf.Wanted(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(clock.instant().minus(lately))),
                    MOST);
        }
        String time = lately.toHours() + " h";
        if (letters.isEmpty()) {
            findings.ok("none in the last " + time);
            return;
        }
        Map<String, Integer> reasons = new TreeMap<>();
        letters.forEach(letter -> reasons.merge(letter.letter().reason(), 1, Integer::sum));
        findings.warning(
                (letters.size() < MOST ? "" : "at least ") + letters.size() + " in the last " + time + ": "
                        + String.join(
                                ", ",
                                reasons.entrySet().stream()
                                        .map(entry -> entry.getKey() + " " + entry.getValue())
                                        .toList()),
                "inkstream dead-letters list --since " + lately.toHours()
                        + "h; OPERATIONS.md says what each reason needs");
    }
}
