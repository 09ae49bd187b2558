"""How an archive grows: making it, its size, searching, finding and answering, beside LangChain's usual parts."""
