import { wavecraft } from "@wavecraft/vite";

export default wavecraft();
