package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Killing processes in the middle of their work loses nothing, doubles nothing and disorders nothing. */
class KillIT {
    private static final int DOCUMENTS = 48;
    private static final int LINES_EACH = 4;
    private static final int KILLS = 4;

    @Test
    void everyLineComesOnceAndInOrderWhileTopologyAndModelServerAreKilled() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cluster cluster = inkstream.cluster();
        Map<String, TextDocument> documents = documents();
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            for (Map.Entry<String, TextDocument> document : documents.entrySet()) {
                writer.write(document.getKey(), document.getValue());
            }

            Killer killer = new Killer(inkstream);
            Lines arrived = Lines.await(reader, documents.keySet(), false, SharedInkstream.LIMIT, killer);

            assertThat(killer.kills).as("kills while lines were still to come").isEqualTo(KILLS);
            arrived.assertComplete();
            documents.keySet().forEach(document -> assertThat(arrived.of(document))
                    .as("lines of %s", document)
                    .hasSize(LINES_EACH));
            arrived.assertNothingMore(reader, Duration.ofSeconds(2));
        }
    }

    /** Kills one process after every eighth of the lines has come, topology and model server in turn. */
    private static final class Killer implements Lines.Watcher {
        private final LocalInkstream inkstream;
        private int kills;

        Killer(LocalInkstream inkstream) {
            this.inkstream = inkstream;
        }

        @Override
        public void arrived(int lines) throws Exception {
            if (kills < KILLS && lines >= (kills + 1) * DOCUMENTS * LINES_EACH / (2 * KILLS)) {
                Part victim = kills % 2 == 0 ? Part.TOPOLOGY : Part.MODEL_SERVER;
                inkstream.kill(victim);
                inkstream.start(victim);
                kills++;
            }
        }
    }

    private static Map<String, TextDocument> documents() {
        Map<String, TextDocument> documents = new LinkedHashMap<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int line = 0; line < LINES_EACH; line++) {
                text.append("document ")
                        .append(i)
                        .append(", line ")
                        .append(line)
                        .append(".\n");
            }
            documents.put(
                    "kill-" + i,
                    TextDocument.newBuilder()
                            .setText(text.toString().strip())
                            .setSeed((long) i)
                            .setLayout(LayoutOptions.newBuilder().build())
                            .build());
        }
        return documents;
    }
}
