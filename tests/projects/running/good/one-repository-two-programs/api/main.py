from api.db import engine
