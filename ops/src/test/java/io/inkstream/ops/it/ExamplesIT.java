package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.examples.Example;
import io.inkstream.ops.stack.LocalInkstream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it stands there. */
class ExamplesIT {
    @TempDir
    Path folder;

    @Test
    void theConsumerSavesTheLinesThatTheProducersTextBecomes() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cluster cluster = inkstream.cluster();
        String bootstrap = inkstream.addresses().bootstrap();
        String registry = inkstream.addresses().registryUrl();
        Path second = folder.resolve("letter-1-1.png");
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();

        Example.write(bootstrap, registry);
        Example.read(bootstrap, registry, folder, () -> Files.notExists(second) && System.nanoTime() < deadline);

        assertThat(cluster.topics().lines().name()).isEqualTo("inkstream.lines");
        assertThat(ImageIO.read(folder.resolve("letter-1-0.png").toFile())).isNotNull();
        assertThat(ImageIO.read(second.toFile())).isNotNull();
    }
}
