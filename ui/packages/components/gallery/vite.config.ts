import { wavecraft } from "@wavecraft/vite";

export default wavecraft({ server: { port: 5174 } });
