package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every benchmark does with an Inkstream of its own. */
public final class Runs {
    private Runs() {}

    /**
     * Starts all, publishes a model, and returns when it can be drawn with.
     *
     * @param inkstream not started yet
     * @param model the bundle file
     * @param limit for each process to become healthy
     */
    public static Cluster start(LocalInkstream inkstream, byte[] model, Duration limit)
            throws StartException, InvalidBundleException, WriteFailedException {
        inkstream.startAll(limit, part -> {});
        Cluster cluster = inkstream.cluster();
        ModelFiles.publish(cluster, model);
        for (Part part : List.of(Part.MODEL_SERVER, Part.TOPOLOGY)) {
            for (Member member : inkstream.shape().members(part)) {
                inkstream.awaitHealthy(member, limit);
            }
        }
        return cluster;
    }

    /** Memory of each process that lies in RAM now, in MiB, by its label; 0 where the system does not tell. */
    public static Map<String, Long> residentMib(LocalInkstream inkstream) {
        Map<String, Long> residentMib = new LinkedHashMap<>();
        for (Member member : inkstream.shape().members()) {
            residentMib.put(member.label(), Hardware.residentMib(inkstream.pid(member)));
        }
        return residentMib;
    }
}
