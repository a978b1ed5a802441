package io.inkstream.trainer.checkpoint;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a Deeplearning4j network needs in order to go on learning, as the arrays of a {@link Checkpoint}: its parameters
 * (running statistics of batch norms included), what its updater remembers, and how many updates it had, by which Adam
 * corrects its moments.
 */
public final class NetworkArrays {
    private static final String PARAMETERS = "parameters";
    private static final String UPDATER = "updater";
    private static final String UPDATES = "updates";

    private NetworkArrays() {}

    /** Copies the arrays of {@code network}, a {@link MultiLayerNetwork} or {@link ComputationGraph}. */
    public static Map<String, float[]> of(Model network) {
        Map<String, float[]> arrays = new HashMap<>();
        arrays.put(PARAMETERS, floats(network.params()));
        INDArray state = updaterState(network);
        arrays.put(UPDATER, state == null ? new float[0] : floats(state));
        arrays.put(UPDATES, new float[] {updates(network)});
        return arrays;
    }

    /**
     * Puts the arrays of a checkpoint into {@code network}, which has the configuration of the one that was saved.
     *
     * @throws IllegalArgumentException if they are of another network
     */
    public static void restore(Checkpoint checkpoint, Model network) {
        float[] parameters = new float[(int) network.params().length()];
        checkpoint.restore(PARAMETERS, parameters);
        network.params().assign(like(network.params(), parameters));
        INDArray state = updaterState(network);
        float[] remembered = new float[state == null ? 0 : (int) state.length()];
        checkpoint.restore(UPDATER, remembered);
        if (state != null) {
            state.assign(like(state, remembered));
        }
        float[] updates = new float[1];
        checkpoint.restore(UPDATES, updates);
        setUpdates(network, (int) updates[0]);
    }

    private static float[] floats(INDArray array) {
        return array.dup().data().asFloat();
    }

    private static INDArray like(INDArray array, float[] values) {
        return Nd4j.create(values, array.shape(), array.ordering());
    }

    private static INDArray updaterState(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getUpdater(true).getStateViewArray()
                : ((MultiLayerNetwork) network).getUpdater(true).getStateViewArray();
    }

    private static int updates(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getConfiguration().getIterationCount()
                : ((MultiLayerNetwork) network).getLayerWiseConfigurations().getIterationCount();
    }

    private static void setUpdates(Model network, int count) {
        if (network instanceof ComputationGraph graph) {
            graph.getConfiguration().setIterationCount(count);
        } else {
            ((MultiLayerNetwork) network).getLayerWiseConfigurations().setIterationCount(count);
        }
    }
}
