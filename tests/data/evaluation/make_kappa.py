# Writes kappa.json: two lists of classes, and Cohen's kappa of both as scikit-learn 1.9.1 gives it.
#   python3 make_kappa.py > kappa.json
import numpy as np, json
from sklearn.metrics import cohen_kappa_score
rng=np.random.default_rng(20261124)
out=[]
for n,k,p in [(7,2,.8),(40,3,.6),(200,5,.5),(500,2,.95)]:
    a=rng.integers(1,k+1,n); b=np.where(rng.random(n)<p,a,rng.integers(1,k+1,n))
    per={int(c):round(float(cohen_kappa_score(a==c,b==c)),12) for c in sorted(set(a)|set(b))}
    out.append(dict(first=a.tolist(),second=b.tolist(),kappa=round(float(cohen_kappa_score(a,b)),12),perClass=per))
print(json.dumps(out,separators=(',',':')))
